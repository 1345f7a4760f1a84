/**
 * Primary keys: UUIDv7 (RFC 9562 section 5.7), so that ids sort by creation and keyset pages need no second index. What a
 * list shows has its id from the database: clocks of processes differ, and lists say "newest first".
 */
import { v7, validate } from 'uuid';
import type { Tx } from './transactions.service.js';

/** By this process's clock: for what no list shows. */
export function newId(): string {
  return v7();
}

/** By the database's clock, as its function `new_id()` makes it; in an INSERT that function is called directly. */
export async function newListedId(tx: Tx): Promise<string> {
  const [row] = await tx.query<{ id: string }[]>('SELECT new_id() AS id');
  if (!row) throw new Error('the database answered no id');
  return row.id;
}

/** Whether the text is a UUID in its canonical form; PostgreSQL would answer anything else with an error. */
export function isId(candidate: string): boolean {
  return validate(candidate);
}
