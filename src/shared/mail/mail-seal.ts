/**
 * Seals mails for the queue's table. A mail may hold an invitation link or a password reset link, and whoever reads the
 * database (a backup, a replica, an operator) must not find a working link there (held by mail/queue.spec.ts).
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { VersionedKey } from '../../../config/app-config.js';
import type { QueuedMail } from './mail-transport.js';

/** What stands in the job's payload. */
export interface SealedMail {
  readonly keyVersion: string;
  /** Base64 of a 12-byte nonce, a 16-byte tag and the AES-256-GCM ciphertext (NIST SP 800-38D). */
  readonly sealed: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals with the newest key. */
export function sealMail(mail: QueuedMail, { version, key }: VersionedKey): SealedMail {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', mailKey(key), nonce);
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(mail), 'utf8'), cipher.final()]);
  return { keyVersion: version, sealed: Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64') };
}

/** Throws when the key that sealed it is not among `keys` any more, or when the payload was tampered with. */
export function openMail({ keyVersion, sealed }: SealedMail, keys: readonly VersionedKey[]): QueuedMail {
  const used = keys.find(({ version }) => version === keyVersion);
  if (!used) throw new Error('the mail is sealed with a server key that is not configured any more');
  const bytes = Buffer.from(sealed, 'base64');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', mailKey(used.key), nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(plain.toString('utf8')) as QueuedMail;
}

/** A key of its own for this purpose (RFC 5869): token hashes and mails never share one. */
function mailKey(serverKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', serverKey, '', 'latchkey/mail', 32));
}
