/**
 * Primary keys: UUIDv7 (RFC 9562 section 5.7), so that ids sort by creation and keyset pages need no second index. Rows
 * shown in lists get their id from the database (database-ids.ts). Pure.
 */
import { v7, validate } from 'uuid';

/** Returns an id by this process's clock, for rows that no list shows. */
export function newId(): string {
  return v7();
}

/** Whether the text is a UUID in its canonical form; PostgreSQL reports an error for any other text. */
export function isId(candidate: string): boolean {
  return validate(candidate);
}
