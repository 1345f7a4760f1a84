/**
 * Key pairs of ledger accounts, in DER as ledger clients read it, in hex. The last 64 digits of a private key are the
 * raw key. Pure but for randomness.
 */
import { createECDH, generateKeyPairSync } from 'node:crypto';
import type { KeyType } from '../networks/ledger-network.js';

export const KEY_TYPES = ['ed25519', 'ecdsa'] as const satisfies readonly KeyType[];

export interface KeyPair {
  /** DER, lower-case hex. */
  readonly publicKey: string;
  /** DER: 48 bytes for Ed25519, 50 for ECDSA. */
  readonly privateKey: Buffer;
}

const RAW_KEY_BYTES = 32;
/** SubjectPublicKeyInfo and PKCS #8 of secp256k1 as ledger clients write them: without the parameters of RFC 5480. */
const ECDSA_PUBLIC_PREFIX = '302d300706052b8104000a032200';
const ECDSA_PRIVATE_PREFIX = '3030020100300706052b8104000a04220420';

/** 32 raw bytes after the Ed25519 prefix, or 33 (a compressed point) after the ECDSA one. */
const PUBLIC_KEY = /^(?:302a300506032b6570032100[0-9a-f]{64}|302d300706052b8104000a0322000[23][0-9a-f]{64})$/;

export function generateKeys(keyType: KeyType): KeyPair {
  return keyType === 'ed25519' ? generateEd25519() : generateEcdsa();
}

/**
 * Returns the key as it is stored, or `null` for a text of another form. Whether the point lies on the curve is not
 * checked.
 */
export function parsePublicKey(text: string): string | null {
  const lower = text.toLowerCase();
  return PUBLIC_KEY.test(lower) ? lower : null;
}

function generateEd25519(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('hex'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }),
  };
}

function generateEcdsa(): KeyPair {
  const ecdh = createECDH('secp256k1');
  const publicKey = ECDSA_PUBLIC_PREFIX + ecdh.generateKeys('hex', 'compressed');
  // Node strips leading zero bytes of a key.
  const raw = ecdh.getPrivateKey('hex').padStart(2 * RAW_KEY_BYTES, '0');
  return { publicKey, privateKey: Buffer.from(ECDSA_PRIVATE_PREFIX + raw, 'hex') };
}
