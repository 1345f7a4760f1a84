/**
 * Encryption of JSON values in the queue's table. A reader of the database (a backup, a replica, an operator) must find
 * neither a working link nor the address that it was requested for. Pure except for randomness.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { VersionedKey } from '../../../config/app-config.js';

export interface Sealed {
  readonly keyVersion: string;
  /** Base64 of a 12-byte nonce, a 16-byte tag and the AES-256-GCM ciphertext (NIST SP 800-38D). */
  readonly sealed: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a JSON value. Each `purpose` has its own derived key (RFC 5869): a value sealed for one purpose does not
 * open for another.
 */
export function seal(purpose: string, value: object, { version, key }: VersionedKey): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyFor(purpose, key), nonce);
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return { keyVersion: version, sealed: Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64') };
}

/** Decrypts a sealed value. Throws when its key is not among `keys`, or when the value was tampered with. */
export function open(purpose: string, { keyVersion, sealed }: Sealed, keys: readonly VersionedKey[]): unknown {
  const used = keys.find(({ version }) => version === keyVersion);
  if (!used) throw new Error('it is sealed with a server key that is not configured any more');
  const bytes = Buffer.from(sealed, 'base64');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose, used.key), nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(plain.toString('utf8')) as unknown;
}

function keyFor(purpose: string, serverKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', serverKey, '', purpose, 32));
}
