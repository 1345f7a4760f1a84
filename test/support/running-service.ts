/** Built service as a process on its own database, with people in it, for clients that are processes too. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestApp } from './app.js';
import { createTestDatabase } from './database.js';
import { ServiceProcess } from './service-process.js';

export interface RunningService {
  /** `url` and `db` for people and tokens; the rest of a TestApp is in the other process. */
  readonly app: TestApp;
  stop(): Promise<void>;
}

export async function startService(): Promise<RunningService> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-clients-'));
  const process = await ServiceProcess.start({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    MIGRATE_ON_START: 'false',
    PASSWORD_BCRYPT_COST: '4',
  });
  return {
    app: { url: process.url, db: database.query.bind(database) } as TestApp,
    stop: async () => {
      await process.stop();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
