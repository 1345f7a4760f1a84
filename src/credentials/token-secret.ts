/**
 * Making, hashing and comparing token secrets. Pure but for randomness. The secret is 256 random bits, so a keyed hash
 * is enough at rest (OWASP ASVS 6.5.2): bcrypt would cost 60 ms a request and add nothing.
 *
 * CHANGING THE HASH INPUT KILLS EVERY LIVE TOKEN.
 */
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { TokenKind } from '../access-control/scopes.js';
import { BASE62, formatToken, hintOf, SECRET_LENGTH, SELECTOR_LENGTH } from './token-format.js';

/** A server key and the label under which rows remember it. */
export interface HashKey {
  readonly version: string;
  readonly key: Buffer;
}

export interface NewSecret {
  /** Shown once, in the response that creates the token, and kept nowhere. */
  readonly secret: string;
  readonly selector: string;
  readonly hint: string;
  /** HMAC-SHA-256 of `secret` under the newest key: 32 bytes. */
  readonly hash: Buffer;
  readonly hashKeyVersion: string;
}

/** A new secret: 16 selector characters and 43 secret characters (256 bits), each drawn uniformly from base62. */
export function generateSecret(brand: string, kind: TokenKind, newestKey: HashKey): NewSecret {
  const selector = randomBase62(SELECTOR_LENGTH);
  const secret = formatToken(brand, kind, selector, randomBase62(SECRET_LENGTH));
  return {
    secret,
    selector,
    hint: hintOf(secret),
    hash: hashSecret(secret, newestKey),
    hashKeyVersion: newestKey.version,
  };
}

const HASH_LENGTH = 32;
const scratch = Buffer.alloc(HASH_LENGTH);

/** HMAC-SHA-256 (RFC 2104) of the whole secret as presented: 32 bytes. */
export function hashSecret(secret: string, key: HashKey): Buffer {
  return hmacOf(secret, key).digest();
}

/**
 * Whether the presented secret is the one that was hashed, in constant time (held by token-secret.spec.ts). A stored
 * hash of another length, such as an emptied column, matches nothing, whatever constraints the column lost.
 */
export function matchesHash(presented: string, storedHash: Buffer | null, key: HashKey): boolean {
  if (storedHash?.length !== HASH_LENGTH) return false;
  // As one-byte text into a buffer that is there: making a Buffer for each request takes as long as the hash itself.
  scratch.write(hmacOf(presented, key).digest('binary'), 'latin1');
  return timingSafeEqual(scratch, storedHash);
}

function hmacOf(secret: string, { key }: HashKey): ReturnType<typeof createHmac> {
  return createHmac('sha256', key).update(secret, 'utf8');
}

/** What tells two keys under one version label apart without being of any use to a thief: 32 bytes. */
export function keyCheckValue({ key }: HashKey): Buffer {
  // No token begins like this, so this is no token's hash.
  return createHmac('sha256', key).update('check value of a token hash key', 'utf8').digest();
}

/** `randomInt` rejects instead of wrapping, so no character is likelier than another. */
export function randomBase62(length: number): string {
  let text = '';
  for (let position = 0; position < length; position += 1) text += BASE62.charAt(randomInt(BASE62.length));
  return text;
}
