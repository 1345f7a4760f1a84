/** Primary keys: UUIDv7 (RFC 9562 section 5.7), so that ids sort by creation and keyset pages need no second index. */
import { v7, validate } from 'uuid';

export function newId(): string {
  return v7();
}

/** Whether the text is a UUID in its canonical form; PostgreSQL would answer anything else with an error. */
export function isId(candidate: string): boolean {
  return validate(candidate);
}
