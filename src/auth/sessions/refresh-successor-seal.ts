/**
 * Encryption of a successor's secret under the refresh token that it replaces: AES-256-GCM (NIST SP 800-38D). The key
 * is derived by HKDF-SHA256 (RFC 5869) from the token's text. The table holds only the SHA-256 of that text, from which
 * the key cannot be derived. Neither the database alone nor any server key decrypts it (tested by
 * refresh-successor-seal.spec.ts).
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { withSecret, type RefreshToken } from '../../credentials/refresh-token.js';

/**
 * Domain separation. Changing it makes sealed secrets unreadable, which ends sessions of tabs that race at that moment.
 */
const INFO = 'latchkey/refresh-successor/1';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Returns a 12-byte nonce, a 16-byte tag and the ciphertext of the successor's secret: 71 bytes. */
export function sealSuccessor(successor: RefreshToken, used: RefreshToken): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(used), nonce);
  const ciphertext = Buffer.concat([cipher.update(successor.secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** Returns the successor of this used token; `null` when the bytes were sealed under another token or were altered. */
export function openSuccessor(sealed: Buffer, used: RefreshToken): RefreshToken | null {
  if (sealed.length <= NONCE_BYTES + TAG_BYTES) return null;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(used), nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const secret = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return withSecret(used, secret.toString('utf8'));
  } catch {
    return null;
  }
}

function keyOf({ text }: RefreshToken): Buffer {
  return Buffer.from(hkdfSync('sha256', text, '', INFO, KEY_BYTES));
}
