/**
 * Encryption of stored private keys: AES-256-GCM (NIST SP 800-38D) under a versioned server key. The row's id is the
 * additional data. So an attacker with write access to the table cannot move a key to another account's row and have it
 * shown there (tested by key-seal.spec.ts). Pure but for randomness.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { VersionedKey } from '../../../config/app-config.js';

export interface SealedKey {
  /** Nonce (12 bytes), authentication tag (16 bytes) and ciphertext. */
  readonly sealed: Buffer;
  readonly keyVersion: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function sealKey(privateKey: Buffer, accountId: string, { version, key }: VersionedKey): SealedKey {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bindingTo(accountId));
  const ciphertext = Buffer.concat([cipher.update(privateKey), cipher.final()]);
  return { sealed: Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]), keyVersion: version };
}

/** Throws when the sealing key is missing from `keys` or is a different one, and when the row was tampered with. */
export function openKey({ sealed, keyVersion }: SealedKey, accountId: string, keys: readonly VersionedKey[]): Buffer {
  const used = keys.find(({ version }) => version === keyVersion);
  if (!used) throw new Error(`LEDGER_ENCRYPTION_KEYS lacks version ${keyVersion}`);
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', used.key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bindingTo(accountId)).setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}

function bindingTo(accountId: string): Buffer {
  return Buffer.from(`latchkey/ledger-account/${accountId}`, 'utf8');
}
