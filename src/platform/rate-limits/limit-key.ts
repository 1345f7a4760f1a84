/** How the table names what is counted: by a keyed hash, since addresses and emails can be guessed from a plain one. */
import { createHmac, hkdfSync } from 'node:crypto';

/**
 * A function from what is counted (an address, an account) to the text that stands for it in the table. All instances of a
 * service have the same server key, hence the same buckets; a new server key only starts them afresh.
 */
export function bucketKeys(serverKey: Buffer): (what: string) => string {
  const key = Buffer.from(hkdfSync('sha256', serverKey, '', 'latchkey/rate-limits', 32));
  return (what) => createHmac('sha256', key).update(what, 'utf8').digest('base64url');
}
