/** Brings a database's schema up to this release. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { requireMigrationRights } from './migration-rights.js';
import { requireFitServer } from './server-requirements.js';
import { SessionClient } from './session-client.js';

/** "latchkey" in ASCII: any constant does, as long as every release takes the same one. */
const MIGRATION_LOCK = '7809651199139603833';
const LOCK_RETRY_MS = 200;

/**
 * Applies what is missing, each migration in its own transaction, and answers the names of what it applied. Instances
 * that start together take turns under an advisory lock; all but the first then find nothing to do. Throws before it
 * changes anything when the server or the role is not fit for it.
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
  // The lock is its connection's, and ends with that however this process ends.
  const turn = dataSource.createQueryRunner();
  try {
    await takeTurn(turn);
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    await migrateJobQueue(url);
    return applied.map(({ name }) => name);
  } finally {
    await turn.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
    await turn.release();
    await dataSource.destroy();
  }
}

/** Asks again and again: a waiting `pg_advisory_lock` holds a snapshot, for which CREATE INDEX CONCURRENTLY would wait. */
async function takeTurn(turn: QueryRunner): Promise<void> {
  for (;;) {
    const rows = (await turn.query('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK])) as {
      taken: boolean;
    }[];
    if (rows[0]?.taken === true) return;
    await sleep(LOCK_RETRY_MS);
  }
}

/** The job queue keeps its own schema, `graphile_worker`; none of the migrations above touches it, up or down. */
async function migrateJobQueue(url: string): Promise<void> {
  const pool = new pg.Pool({
    Client: SessionClient,
    connectionString: url,
    max: 1,
    application_name: 'latchkey migrations',
  });
  // A broken connection fails the statement that runs on it, and that is enough.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await runMigrations({ pgPool: pool });
  } finally {
    await pool.end();
  }
}
