/** A server on which the promises cannot be kept is refused at the start, by name, and before anything is written to it. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { migrate } from '../../../src/platform/database/migrate.js';
import { startApp } from '../../support/app.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;

afterEach(() => database.drop());

async function dbTables(): Promise<unknown[]> {
  return database.query(
    `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|inf)'`,
  );
}

async function dbNames(): Promise<{ role: string; name: string }> {
  const [names] = await database.query<{ role: string; name: string }>(
    'SELECT current_user AS role, current_database() AS name',
  );
  if (!names) throw new Error('no names');
  return names;
}

describe('a database of another encoding', () => {
  it.each(['LATIN1', 'SQL_ASCII'])('(%s) is neither migrated nor served', async (encoding) => {
    database = await createEmptyDatabase(`ENCODING '${encoding}' LOCALE 'C'`);
    const refusal = new RegExp(`has the encoding ${encoding}.*ENCODING 'UTF8'`);

    await expect(migrate(database.url)).rejects.toThrow(refusal);
    expect(await dbTables()).toEqual([]);
    await expect(startApp({ env: { DATABASE_URL: database.url } })).rejects.toThrow(refusal);
  });
});

describe('a database that is read-only for the service', () => {
  it('is neither migrated nor served', async () => {
    database = await createEmptyDatabase();
    await database.setDefault('default_transaction_read_only = on');

    await expect(migrate(database.url)).rejects.toThrow(/is read-only for this role: default_transaction_read_only/);
    await expect(startApp({ env: { DATABASE_URL: database.url } })).rejects.toThrow(/read-only/);
  });
});

describe('a role that may not change the schema', () => {
  it('is refused before the first table when tables are missing', async () => {
    database = await createEmptyDatabase();
    await database.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC, pg_database_owner');
    const { role, name } = await dbNames();

    await expect(migrate(database.url)).rejects.toThrow(
      `The role "${role}" may not create tables in the schema "public" of the database "${name}"`,
    );
    expect(await dbTables()).toEqual([]);
  });

  it("is refused before the first table when the job queue's schema is missing", async () => {
    database = await createEmptyDatabase();
    const { role, name } = await dbNames();
    await database.query(`REVOKE CREATE ON DATABASE ${name} FROM PUBLIC, ${role}`);

    await expect(migrate(database.url)).rejects.toThrow(
      /may not create schemas in the database .* GRANT CREATE ON DATABASE/,
    );
    expect(await dbTables()).toEqual([]);
  });

  it('is refused without a schema to put them in', async () => {
    database = await createEmptyDatabase();
    await database.setDefault('search_path = nowhere');

    await expect(migrate(database.url)).rejects.toThrow(/finds no schema for tables/);
  });

  it('needs none where nothing is missing', async () => {
    database = await createTestDatabase();
    const { role, name } = await dbNames();
    await database.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC, pg_database_owner');
    await database.query(`REVOKE CREATE ON DATABASE ${name} FROM PUBLIC, ${role}`);

    expect(await migrate(database.url)).toEqual([]);
  });
});
