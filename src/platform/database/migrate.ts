/** The migration of a database's schema to this release. */
import { runMigrations } from 'graphile-worker';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { requireMigrationRights } from './migration-rights.js';
import { requireFitServer } from './server-requirements.js';
import { SessionClient } from './session-client.js';

/** "latchkey" in ASCII. Any constant works, as long as every release uses the same one. */
const MIGRATION_LOCK = '7809651199139603833';
const LOCK_RETRY_MS = 200;

/**
 * Applies missing migrations, each in its own transaction, and returns their names. Instances that start together take
 * turns under an advisory lock; all but the first find nothing to do. Throws before it changes anything when the server
 * or the role is unfit.
 */
export async function migrate(url: string): Promise<string[]> {
  await requireFitServer(url, { isDurable: false });
  await requireMigrationRights(url);
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    migrations,
    applicationName: 'latchkey migrations',
    extra: { Client: SessionClient },
  });
  await dataSource.initialize();
  // The lock belongs to its connection and ends with it, however this process ends.
  const lockRunner = dataSource.createQueryRunner();
  try {
    await acquireLock(lockRunner);
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    await migrateJobQueue(url);
    return applied.map(({ name }) => name);
  } finally {
    await lockRunner.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
    await lockRunner.release();
    await dataSource.destroy();
  }
}

/**
 * Polls for the lock: a waiting `pg_advisory_lock` holds a snapshot, and CREATE INDEX CONCURRENTLY would wait for it.
 */
async function acquireLock(lockRunner: QueryRunner): Promise<void> {
  for (;;) {
    const rows = (await lockRunner.query('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK])) as {
      taken: boolean;
    }[];
    if (rows[0]?.taken === true) return;
    await sleep(LOCK_RETRY_MS);
  }
}

/** The job queue keeps its own schema, `graphile_worker`; no migration of this service touches it, up or down. */
async function migrateJobQueue(url: string): Promise<void> {
  const pool = new pg.Pool({
    Client: SessionClient,
    connectionString: url,
    max: 1,
    application_name: 'latchkey migrations',
  });
  // A broken connection fails the statement that runs on it; that error is enough.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await runMigrations({ pgPool: pool });
  } finally {
    await pool.end();
  }
}
