/** `npm run ledger:reset` beside a running service, alone, and where it must not do anything. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { clusterOf, newDataDir, usedDataDir } from '../../support/embedded-process.js';
import { ServiceProcess } from '../../support/service-process.js';

interface Outcome {
  readonly code: number;
  readonly said: string;
}

/** The command as built (`npm test` builds it), in a working directory without an .env. */
function ledgerReset(env: Record<string, string>, ...args: string[]): Promise<Outcome> {
  const options = { cwd: newDataDir(), env: { PATH: process.env.PATH, ...env } };
  return new Promise((done) => {
    execFile(
      process.execPath,
      [resolve('dist/src/commands/ledger-reset.js'), ...args],
      options,
      (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), said: stdout + stderr });
      },
    );
  });
}

const ACCOUNT = `INSERT INTO simulated_ledger_accounts (network, account_number, key_type, public_key, balance)
  VALUES ('testnet', 7, 'ed25519', 'k', 1), ('previewnet', 7, 'ed25519', 'k', 1)`;
const REMAINING = 'SELECT network FROM simulated_ledger_accounts';

describe('with DATABASE_URL', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  beforeEach(async () => {
    await database.query('TRUNCATE simulated_ledger_accounts');
    await database.query(ACCOUNT);
  });

  afterAll(() => database.drop());

  it.each([[[]], [['mainnet']], [['nowhere']], [['testnet', 'previewnet']]])('refuses %j', async (args) => {
    const { code, said } = await ledgerReset({ DATABASE_URL: database.url }, ...args);

    expect(code).toBe(1);
    expect(said).toContain('testnet or previewnet');
    expect(await database.query(REMAINING)).toHaveLength(2);
  });

  it.each(['hedera', 'canary'])('refuses while the driver is %s', async (driver) => {
    const env = { DATABASE_URL: database.url, LEDGER_NETWORK_DRIVER: driver };

    expect(await ledgerReset(env, 'testnet')).toMatchObject({ code: 1 });
    expect(await database.query(REMAINING)).toHaveLength(2);
  });

  it('wipes that network and no other', async () => {
    const outcome = await ledgerReset({ DATABASE_URL: database.url }, 'testnet');

    expect(outcome).toEqual({ code: 0, said: 'Reset testnet: it has forgotten 1 account.\n' });
    expect(await database.query(REMAINING)).toEqual([{ network: 'previewnet' }]);
  });
});

describe('with the embedded database', () => {
  it('works while the service runs', async () => {
    const dataDir = await usedDataDir();
    const service = await ServiceProcess.start({ DATA_DIR: dataDir });
    const { said } = await ledgerReset({ DATA_DIR: dataDir }, 'testnet');

    expect(said).toBe('Reset testnet: it has forgotten 0 accounts.\n');
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    expect(await service.stop()).toBe(0);
  });

  it('starts the database for itself when no service runs, and stops it again', async () => {
    const dataDir = await usedDataDir();

    expect(await ledgerReset({ DATA_DIR: dataDir }, 'testnet')).toMatchObject({ code: 0 });
    expect(existsSync(join(clusterOf(dataDir), 'postmaster.pid'))).toBe(false);
  });

  it('uses what a killed service left running', async () => {
    const dataDir = await usedDataDir();
    const service = await ServiceProcess.start({ DATA_DIR: dataDir });
    await service.stop('SIGKILL');

    expect(await ledgerReset({ DATA_DIR: dataDir }, 'testnet')).toMatchObject({ code: 0 });
  });
});
