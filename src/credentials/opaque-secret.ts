/**
 * Secrets that travel in a cookie or a mail: refresh tokens, links. 256 random bits each, so a plain SHA-256 is enough at
 * rest (OWASP ASVS 6.5.2), and finding the hash in a unique index tells nothing by its time.
 */
import { createHash } from 'node:crypto';
import { randomBase62 } from './token-secret.js';

export const OPAQUE_SECRET_LENGTH = 43;

/** 43 base62 characters: a mail program takes the whole for part of its link. */
export function generateOpaqueSecret(): string {
  return randomBase62(OPAQUE_SECRET_LENGTH);
}

/** SHA-256 of the whole text as presented: 32 bytes. */
export function hashOpaqueSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}
