/**
 * Secrets that prove one thing once, such as a mailed link. 256 random bits need no key and no slow hash at rest (OWASP
 * ASVS 6.5.2): nobody can guess towards them.
 */
import { createHash, randomInt } from 'node:crypto';
import { BASE62 } from '../access-tokens/token-format.js';

/** 43 base62 characters: just over 256 bits. */
const LENGTH = 43;

/** A new secret. `randomInt` rejects instead of wrapping, so no character is likelier than another. */
export function generateOpaqueSecret(): string {
  return Array.from({ length: LENGTH }, () => BASE62.charAt(randomInt(BASE62.length))).join('');
}

/** SHA-256 of the secret: 32 bytes, the form in which it is stored and looked up. */
export function hashOpaqueSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}
