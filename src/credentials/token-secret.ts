/**
 * Generation, hashing and comparison of token secrets. Pure except for randomness. The secret has 256 random bits, so a
 * keyed hash is enough at rest (OWASP ASVS 6.5.2). bcrypt would cost 60 ms a request and add nothing.
 *
 * CHANGING THE HASH INPUT KILLS EVERY LIVE TOKEN.
 */
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { TokenKind } from '../access-control/scopes.js';
import { BASE62, formatToken, hintOf, SECRET_LENGTH, SELECTOR_LENGTH } from './token-format.js';

/** A server key and the version label that rows store. */
export interface HashKey {
  readonly version: string;
  readonly key: Buffer;
}

export interface NewSecret {
  /** Shown once, in the response that creates the token, and not stored. */
  readonly secret: string;
  readonly selector: string;
  readonly hint: string;
  /** HMAC-SHA-256 of `secret` under the newest key: 32 bytes. */
  readonly hash: Buffer;
  readonly hashKeyVersion: string;
}

/**
 * Returns a new secret: 16 selector characters and 43 secret characters (256 bits), each drawn uniformly from base62.
 */
export function generateSecret(prefix: string, kind: TokenKind, newestKey: HashKey): NewSecret {
  const selector = randomBase62(SELECTOR_LENGTH);
  const secret = formatToken(prefix, kind, selector, randomBase62(SECRET_LENGTH));
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

/** Returns the HMAC-SHA-256 (RFC 2104) of the whole secret as presented: 32 bytes. */
export function hashSecret(secret: string, key: HashKey): Buffer {
  return hmacOf(secret, key).digest();
}

/**
 * Whether the presented secret has the stored hash, compared in constant time (tested by token-secret.spec.ts). A
 * stored hash of another length, such as an emptied column, never matches, whatever constraints the column lost.
 */
export function matchesHash(presented: string, storedHash: Buffer | null, key: HashKey): boolean {
  if (storedHash?.length !== HASH_LENGTH) return false;
  // As one-byte text into an existing buffer: allocating a Buffer for each request takes as long as the hash itself.
  scratch.write(hmacOf(presented, key).digest('binary'), 'latin1');
  return timingSafeEqual(scratch, storedHash);
}

function hmacOf(secret: string, { key }: HashKey): ReturnType<typeof createHmac> {
  return createHmac('sha256', key).update(secret, 'utf8');
}

/** Returns a value that distinguishes two keys under one version label and is useless to a thief: 32 bytes. */
export function keyCheckValue({ key }: HashKey): Buffer {
  // No token begins like this text, so the value is no token's hash.
  return createHmac('sha256', key).update('check value of a token hash key', 'utf8').digest();
}

/** Returns base62 text. `randomInt` rejects instead of wrapping, so no character is more likely than another. */
export function randomBase62(length: number): string {
  let text = '';
  for (let position = 0; position < length; position += 1) text += BASE62.charAt(randomInt(BASE62.length));
  return text;
}
