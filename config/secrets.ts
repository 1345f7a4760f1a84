/**
 * Secrets that the service generates once, for a database on this machine. They are files in DATA_DIR and part of every
 * backup. Without them no issued token verifies, and no private key of a ledger account decrypts.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from './directories.js';

export const SECRET_FILES = {
  TOKEN_HASH_KEYS: { file: 'token-hash-keys', make: makeServerKeys },
  JWT_PRIVATE_KEY: { file: 'jwt-private-key.pem', make: makeSigningKey },
  LEDGER_ENCRYPTION_KEYS: { file: 'ledger-encryption-keys', make: makeServerKeys },
  METRICS_TOKEN: { file: 'metrics-token', make: makeBearerSecret },
} as const;

/** Without it `/metrics` is closed; without the others the service cannot run. */
export const OPTIONAL_SECRET = 'METRICS_TOKEN';

export type GeneratedSecret = keyof typeof SECRET_FILES;

/** Returns the secret's text, generated at the first call for this data directory. Throws the file system's error. */
export function generatedSecret(dataDir: string, name: GeneratedSecret): string {
  const directory = join(dataDir, 'secrets');
  const { file, make } = SECRET_FILES[name];
  const path = join(directory, file);
  makePrivateDirectory(directory);
  return read(path) ?? create(path, make());
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Two processes may run this together and must end with the same secret. A link appears complete or not at all and
 * never replaces a file. So the first one wins and the other one reads its file.
 */
function create(path: string, secret: string): string {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, path);
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(path, 'utf8').trim();
  } finally {
    rmSync(draft, { force: true });
  }
}

function makeServerKeys(): string {
  return `v1:${randomBytes(32).toString('base64')}`;
}

function makeSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim();
}

function makeBearerSecret(): string {
  return randomBytes(32).toString('base64url');
}
