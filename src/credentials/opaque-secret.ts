/**
 * Opaque secrets, sent in a cookie or a mail: refresh tokens and links. Each has 256 random bits, so a plain SHA-256 is
 * enough at rest (OWASP ASVS 6.5.2). The time of its lookup in a unique index reveals nothing.
 */
import { createHash } from 'node:crypto';
import { randomBase62 } from './token-secret.js';

export const OPAQUE_SECRET_LENGTH = 43;

/** Returns 43 base62 characters: a mail program includes all of them in its link. */
export function generateOpaqueSecret(): string {
  return randomBase62(OPAQUE_SECRET_LENGTH);
}

/** Returns the SHA-256 of the whole text as presented: 32 bytes. */
export function hashOpaqueSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}
