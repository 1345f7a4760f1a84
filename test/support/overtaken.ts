/** Overtaken call: the authority that its guards saw is gone when it writes. */
import pg from 'pg';
import type { TestApp } from './app.js';
import { until } from './until.js';

const BLOCKED = `
  SELECT FROM pg_stat_activity WHERE datname = current_database() AND pg_blocking_pids(pid) @> ARRAY[$1::integer]`;

/**
 * Locks the organization and runs the SQL, lets the call wait for that lock, and commits. $1 is the organization and $2
 * the user.
 */
export async function overtaken<T>(
  app: TestApp,
  sql: string,
  [organizationId, userId]: readonly [string, string],
  call: () => PromiseLike<T>,
): Promise<T> {
  const operator = new pg.Client({ connectionString: app.database.url });
  await operator.connect();
  try {
    await operator.query('BEGIN');
    await operator.query('SELECT FROM organizations WHERE id = $1 FOR UPDATE', [organizationId]);
    await operator.query(sql, [organizationId, userId]);
    const { rows } = await operator.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    // Starts the call: supertest sends it when its promise is used.
    const answer = Promise.resolve(call());
    await until(async () => (await app.db(BLOCKED, [rows[0]?.pid])).length > 0);
    await operator.query('COMMIT');
    return await answer;
  } finally {
    await operator.end();
  }
}
