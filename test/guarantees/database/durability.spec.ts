import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../../support/app.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.js';
import { ServiceProcess } from '../../support/service-process.js';

describe('a database that acknowledges what is not on disk', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.setDefault('synchronous_commit = off');
  });

  afterAll(() => database.drop());

  it('is refused at the start', async () => {
    const env = { DATABASE_URL: database.url, NODE_ENV: 'development', PASSWORD_BCRYPT_COST: '10' };

    await expect(startApp({ env })).rejects.toThrow(/synchronous_commit off/);
  });

  it('is refused before it is migrated', async () => {
    const empty = await createEmptyDatabase();
    await empty.setDefault('synchronous_commit = off');
    const env = { DATABASE_URL: empty.url, DATA_DIR: mkdtempSync(join(tmpdir(), 'latchkey-test-')) };

    await expect(ServiceProcess.start(env)).rejects.toThrow(/synchronous_commit off/);
    expect(await empty.query(`SELECT to_regclass('public.migrations') AS made`)).toEqual([{ made: null }]);
    rmSync(env.DATA_DIR, { recursive: true });
    await empty.drop();
  });
});
