/** A reset of a network under load, with a worker killed in the middle: nothing is lost and nothing is created twice. */
import { afterAll, afterEach, beforeEach, describe, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ConsensusNode } from '../../support/consensus-node/consensus-node.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { resetUnderLoad } from '../../support/ledger-networks/reset-under-load.js';

const PATIENCE_MS = 180_000;

describe('a reset under load has every account created anew, once,', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-reset-'));
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(() => database.drop());
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it(
    'on a simulated network',
    async () => {
      const onNetwork = 'SELECT 1 FROM simulated_ledger_accounts WHERE public_key = $1';
      await resetUnderLoad({
        database,
        env: environment(database.url, dataDir),
        reset: async () => {
          const options = { cwd: dataDir, env: { PATH: process.env.PATH, DATABASE_URL: database.url } };
          await promisify(execFile)(
            process.execPath,
            [resolve('dist/src/commands/ledger-reset.js'), 'testnet'],
            options,
          );
        },
        countAccounts: async (publicKey) => (await database.query(onNetwork, [publicKey])).length,
      });
    },
    PATIENCE_MS,
  );

  it(
    'on a network that is spoken to by the official SDK',
    async () => {
      const node = await ConsensusNode.start();
      await resetUnderLoad({
        database,
        env: { ...environment(database.url, dataDir), ...node.environment('TESTNET') },
        reset: () => node.order({ reset: true }),
        countAccounts: async (publicKey) =>
          [...node.ledger.accounts.values()].filter(({ rawKey }) => publicKey.endsWith(rawKey)).length,
      });
      await node.close();
    },
    PATIENCE_MS,
  );
});

/** The processes of one service share their keys. */
function environment(databaseUrl: string, dataDir: string): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    MIGRATE_ON_START: 'false',
    PASSWORD_BCRYPT_COST: '4',
    RATE_LIMIT_ENABLED: 'false',
    VERIFY_TIMEOUT_MS: '5000',
    LOG_LEVEL: 'info',
    // Slow enough for a process to die in the middle.
    LEDGER_CREATIONS_PER_SECOND: '4',
    TOKEN_HASH_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    LEDGER_ENCRYPTION_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
