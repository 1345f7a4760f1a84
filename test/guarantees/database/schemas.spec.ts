/** One database, many schemas: whose table a trigger or a connection means is decided once, and by nobody's search path. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate } from '../../../src/platform/database/migrate.js';
import { bearing, type Actor } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { scene } from '../../support/scene.js';
import { issue, present } from '../../support/tokens.js';

const TABLES = ['access_tokens', 'sessions', 'users', 'memberships', 'organizations', 'migrations'];

/** The same database, with this search path unless the connection says otherwise. */
function within(url: string, searchPath: string): string {
  const changed = new URL(url);
  changed.searchParams.set('options', `-c search_path=${searchPath}`);
  return changed.href;
}

async function liveToken(app: TestApp, url = app.database.url): Promise<Actor> {
  const run = async <Row extends object>(sql: string, params: readonly unknown[] = []) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...params])).rows;
    } finally {
      await client.end();
    }
  };
  const cast = await scene({ ...app, db: run });
  const holder = bearing(app, await issue('organization', cast, cast.owner));
  await present(holder).expect(200);
  return holder;
}

describe('a database with two installations', () => {
  let database: TestDatabase;
  let app: TestApp;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query('CREATE SCHEMA staging');
    await migrate(within(database.url, 'staging'));
    app = await startApp({ env: { DATABASE_URL: within(database.url, 'staging') } });
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it.each([
    ['UPDATE staging.access_tokens SET revoked_at = now() WHERE revoked_at IS NULL'],
    ['DELETE FROM staging.access_tokens'],
    ['UPDATE staging.users SET disabled_at = now() WHERE disabled_at IS NULL'],
    ['UPDATE staging.organizations SET suspended_at = now() WHERE suspended_at IS NULL'],
    ['TRUNCATE staging.access_tokens'],
    ['DELETE FROM staging.organizations'],
  ])('sees %s, typed with another search path', async (sql) => {
    const holder = await liveToken(app, within(database.url, 'staging'));
    await database.query(sql);

    // The tokens of an organization outlive its members.
    await present(holder).expect(sql.includes('users') ? 200 : 401);
    expect(await database.query('SELECT FROM public.authority_changes')).toEqual([]);
  });

  it('is refused by name where the search path leads to both', async () => {
    const both = { DATABASE_URL: within(database.url, 'public,staging') };
    await expect(startApp({ env: both })).rejects.toThrow(/search_path.*public.*staging/s);
    await expect(migrate(both.DATABASE_URL)).rejects.toThrow(/search_path.*public.*staging/s);
  });
});

describe('an installation in the role’s own schema', () => {
  it('sees what is typed by somebody who has another search path', async () => {
    const database = await createTestDatabase();
    await database.query(`DROP SCHEMA public CASCADE`);
    await database.query("DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I', current_user); END $$");
    await migrate(database.url);
    const app = await startApp({ env: { DATABASE_URL: database.url } });
    const holder = await liveToken(app, database.url);
    const [own] = await database.query<{ name: string }>('SELECT current_schema() AS name');
    await database.query(
      `SET search_path = pg_catalog; UPDATE "${own?.name ?? ''}".access_tokens SET revoked_at = now() WHERE revoked_at IS NULL; RESET search_path`,
    );

    await present(holder).expect(401);
    await app.close();
    await database.drop();
  });
});

describe('an earlier schema with tables of the same names', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });

  it('does not shadow the log or a table, neither for what is connected nor for what connects', async () => {
    const holder = await liveToken(app);
    await app.db("DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I', current_user); END $$");
    await app.db('SET search_path TO "$user", public');
    const [own] = await app.db<{ name: string }>('SELECT current_user::text AS name');
    for (const table of [...TABLES, 'authority_changes', 'authority_pruning']) {
      if (table === 'migrations') continue;
      await app.db(`CREATE TABLE "${own?.name ?? ''}".${table} (LIKE public.${table} INCLUDING ALL)`);
    }
    await app.db(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'latchkey%'`);
    await present(holder).expect(200);
    const second = await startApp({ beside: app });
    await present(holder.at(second)).expect(200);

    await app.db('UPDATE public.access_tokens SET revoked_at = now() WHERE revoked_at IS NULL');
    await present(holder).expect(401);
    await present(holder.at(second)).expect(401);
  });

  it('does not shadow the log as a temporary table, for who writes', async () => {
    await app.db("DO $$ BEGIN EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', current_user); END $$");
    const holder = await liveToken(app);
    const client = new pg.Client({ connectionString: app.database.url });
    await client.connect();
    await client.query('CREATE TEMP TABLE authority_changes (LIKE public.authority_changes INCLUDING ALL)');
    await client.query('UPDATE access_tokens SET revoked_at = now() WHERE revoked_at IS NULL');
    await client.end();

    await present(holder).expect(401);
  });
});
