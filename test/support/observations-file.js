/** Path of the file in which the workers of one run record the statuses they have seen. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @returns {string} */
export function observationsFile() {
  return join(tmpdir(), `${process.env.TEST_RUN ?? 'latchkey_test_'}statuses.txt`);
}
