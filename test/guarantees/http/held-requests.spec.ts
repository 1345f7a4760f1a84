/** A request that is held open (`?wait=30`) does not hold up the end of its process. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { OWN_ACCOUNTS, type LedgerAccount } from '../../support/ledger-accounts.js';
import { ServiceProcess } from '../../support/service-process.js';

const PERSON = { email: 'waiter@example.test', password: 'a long enough pass phrase 42' };

describe('a process that is told to end', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-held-'));
  let database: TestDatabase;
  let service: ServiceProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    const settings = { NODE_ENV: 'test', PASSWORD_BCRYPT_COST: '4', MIGRATE_ON_START: 'false' };
    service = await ServiceProcess.start({ ...settings, DATABASE_URL: database.url, DATA_DIR: dataDir });
  });

  afterAll(async () => {
    await service.stop('SIGKILL');
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function call<T>(path: string, credential: string | null, body?: object): Promise<T> {
    const headers = {
      'content-type': 'application/json',
      ...(credential !== null && { authorization: `Bearer ${credential}` }),
    };
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const response = await fetch(`${service.url}${path}`, { ...init, headers });
    return (await response.json()) as T;
  }

  it('answers those who wait with what is there, and ends', async () => {
    await call('/api/v1/auth/register', null, { ...PERSON, name: 'Waiter' });
    const { accessToken } = await call<{ accessToken: string }>('/api/v1/auth/login', null, PERSON);
    const opening = { network: 'testnet', keyType: 'ed25519' };
    const { id } = await call<LedgerAccount>(OWN_ACCOUNTS, accessToken, opening);
    await call(`${OWN_ACCOUNTS}/${id}?wait=30`, accessToken);
    // Asked for anew, and there is no job that would do it.
    await database.query('UPDATE ledger_accounts SET creation_requested_at = now()');
    const waiting = Promise.all([1, 2, 3].map(() => call<LedgerAccount>(`${OWN_ACCOUNTS}/${id}?wait=30`, accessToken)));
    await sleep(3_000);
    const startedAt = Date.now();
    expect(await service.stop('SIGTERM')).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    expect((await waiting).map(({ status }) => status)).toEqual(['recreating', 'recreating', 'recreating']);
  });
});
