/** Migrated database that belongs to one spec file. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { databaseUrl, dropDatabase, templateOf, withServer } from './run-databases.js';

export interface TestDatabase {
  readonly url: string;
  /** Runs SQL on its own connection and returns the rows. */
  query<Row extends object = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Sets a default for all later connections to the database, as in `synchronous_commit = off`. */
  setDefault(setting: string): Promise<void>;
  /** Drops the database and ends its connections. */
  drop(): Promise<void>;
}

export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(`TEMPLATE ${templateOf(process.env.TEST_RUN ?? '')}`);
}

/** Creates a database without tables, with these options of CREATE DATABASE. */
export function createEmptyDatabase(options = ''): Promise<TestDatabase> {
  return createDatabase(`TEMPLATE template0 ${options}`);
}

async function createDatabase(options: string): Promise<TestDatabase> {
  const { TEST_SERVER_URL: serverUrl, TEST_RUN: run } = process.env;
  if (serverUrl === undefined || run === undefined) throw new Error('Specs that need a database run under Jest.');
  const name = `${run}${randomBytes(6).toString('hex')}`;
  await withServer(serverUrl, (client) => client.query(`CREATE DATABASE ${name} ${options}`));
  const url = databaseUrl(serverUrl, name);
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  // Tests cut connections on purpose; the next query opens a new one.
  pool.on('error', () => undefined);
  return {
    url,
    query: async <Row extends object>(sql: string, params: readonly unknown[] = []) =>
      (await pool.query<Row>(sql, [...params])).rows,
    setDefault: async (setting) => {
      await pool.query(`ALTER DATABASE ${name} SET ${setting}`);
    },
    drop: async () => {
      await pool.end();
      await withServer(serverUrl, (client) => dropSoon(client, name));
    },
  };
}

/** SQLSTATE 57014, query_canceled. */
const QUERY_CANCELED = '57014';

/**
 * DROP DATABASE waits for every process of the server, even one that another spec has frozen. A database that is not
 * dropped in five seconds is dropped when the run ends.
 */
async function dropSoon(client: pg.Client, name: string): Promise<void> {
  await client.query("SET statement_timeout = '5s'");
  try {
    await dropDatabase(client, name);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== QUERY_CANCELED) throw error;
  }
}
