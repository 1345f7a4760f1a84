/** Databases of one test run: their names and their removal, for killed runs too. */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

const PREFIX = 'latchkey_test_';
const OLD_MS = 60 * 60 * 1000;

/** Prefix of every database name of a run, with its start time. */
export function newRun(): string {
  return `${PREFIX}${String(Date.now())}_${randomBytes(3).toString('hex')}_`;
}

export function templateOf(run: string): string {
  return `${run}template`;
}

/** URL of another database on the same server with the same account. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export async function withServer<T>(serverUrl: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** SQLSTATE 42501, insufficient_privilege. */
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Drops a database and ends its connections. PostgreSQL refuses to end an autovacuum worker, which belongs to the
 * superuser: it leaves by itself within moments.
 */
export async function dropDatabase(client: pg.Client, name: string, triesLeft = 40): Promise<void> {
  try {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } catch (error) {
    if (triesLeft === 0 || (error as pg.DatabaseError).code !== INSUFFICIENT_PRIVILEGE) throw error;
    await setTimeout(250);
    await dropDatabase(client, name, triesLeft - 1);
  }
}

/** Drops the databases of one run. */
export async function dropRun(client: pg.Client, run: string): Promise<void> {
  for (const name of await databasesOf(client, run)) await dropDatabase(client, name);
}

/**
 * Drops the databases of killed runs on a server that outlived them. Databases of current runs are younger than that.
 */
export async function dropOldRuns(client: pg.Client): Promise<void> {
  for (const name of await databasesOf(client, PREFIX)) {
    const startedAt = Number(name.slice(PREFIX.length).split('_')[0]);
    if (startedAt < Date.now() - OLD_MS) await dropDatabase(client, name);
  }
}

async function databasesOf(client: pg.Client, prefix: string): Promise<string[]> {
  const { rows } = await client.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [prefix],
  );
  return rows.map(({ datname }) => datname);
}
