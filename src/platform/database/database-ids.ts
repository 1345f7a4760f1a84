/** Ids of rows shown in lists, by the database's clock: processes' clocks differ, and lists promise "newest first". */
import type { Tx } from './transactions.service.js';

/** Returns a UUIDv7 from the database's function `new_id()`; an INSERT calls that function directly. */
export async function newListedId(tx: Tx): Promise<string> {
  const [row] = await tx.query<{ id: string }[]>('SELECT new_id() AS id');
  if (!row) throw new Error('the database answered no id');
  return row.id;
}
