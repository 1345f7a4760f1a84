import { afterAll } from '@jest/globals';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../config/config-error.js';
import { loadConfig } from '../../../config/env.js';

export function newHashKey(): string {
  return randomBytes(32).toString('base64');
}

export function newPem(namedCurve = 'P-256'): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** All that a database on another host needs. */
export function complete(): Record<string, string> {
  return {
    DATABASE_URL: 'postgres://latchkey:pw@db.internal/latchkey',
    TOKEN_HASH_KEYS: `v1:${newHashKey()}`,
    JWT_PRIVATE_KEY: newPem(),
    LEDGER_ENCRYPTION_KEYS: `v1:${newHashKey()}`,
  };
}

/** The names that the faults speak of; the whole message where `message` is asked for. */
export function faultsOf(env: NodeJS.ProcessEnv): { names: string[]; message: string } {
  try {
    loadConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { names: error.faults.map((fault) => fault.split(' ')[0] ?? ''), message: error.message };
  }
  return { names: [], message: '' };
}

const directories: string[] = [];

afterAll(() => directories.forEach((directory) => rmSync(directory, { recursive: true })));

/** A new directory that goes when the spec file ends. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-config-'));
  directories.push(directory);
  return directory;
}
