/**
 * Primary keys: UUIDv7 (RFC 9562 section 5.7), so that ids sort by creation and keyset pages need no second index. What a
 * list shows has its id from the database (listed-ids.ts). Pure.
 */
import { v7, validate } from 'uuid';

/** By this process's clock: for what no list shows. */
export function newId(): string {
  return v7();
}

/** Whether the text is a UUID in its canonical form; PostgreSQL would answer anything else with an error. */
export function isId(candidate: string): boolean {
  return validate(candidate);
}
