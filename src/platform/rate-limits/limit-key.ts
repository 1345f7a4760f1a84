/** The keys of the rate-limit table: keyed hashes, since addresses and emails can be guessed from a plain hash. */
import { createHmac, hkdfSync } from 'node:crypto';

/**
 * Returns a function from the counted thing (an address, an account) to its key in the table. All instances of a
 * service have the same server key, hence the same buckets; a new server key only starts new ones.
 */
export function bucketKeys(serverKey: Buffer): (what: string) => string {
  const key = Buffer.from(hkdfSync('sha256', serverKey, '', 'latchkey/rate-limits', 32));
  return (what) => createHmac('sha256', key).update(what, 'utf8').digest('base64url');
}
