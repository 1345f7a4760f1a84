/** Ids of what lists show, by the database's clock: clocks of processes differ, and lists say "newest first". */
import type { Tx } from './transactions.service.js';

/** A UUIDv7 as the database's function `new_id()` makes it; in an INSERT that function is called directly. */
export async function newListedId(tx: Tx): Promise<string> {
  const [row] = await tx.query<{ id: string }[]>('SELECT new_id() AS id');
  if (!row) throw new Error('the database answered no id');
  return row.id;
}
