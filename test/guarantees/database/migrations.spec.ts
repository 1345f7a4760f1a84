/** Migrations are real in both directions, and no way through them loses a row of authority, or any column of it that is not listed. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { dbRows, dbSeed, lossesSince } from '../../support/migrated-rows.js';

/** Columns, constraints, indexes, triggers and functions of the service's own schema, as PostgreSQL spells them. */
const SCHEMA = `
SELECT format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS line
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND conrelid <> 'migrations'::regclass
UNION ALL SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
UNION ALL SELECT format('function %s', pg_get_functiondef(oid)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY line`;

describe('the migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource({ type: 'postgres', url: database.url, migrations }).initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  async function schema(): Promise<string[]> {
    return (await database.query<{ line: string }>(SCHEMA)).map(({ line }) => line);
  }

  it('go up, all the way down and up again to the very same schema', async () => {
    const before = await schema();
    for (const _ of migrations) await dataSource.undoLastMigration({ transaction: 'each' });
    const bare = (await schema()).filter((line) => !line.includes('migrations'));
    await dataSource.runMigrations({ transaction: 'each' });

    expect(bare).toEqual([]);
    expect(await schema()).toEqual(before);
    expect(before.length).toBeGreaterThan(100);
  });

  it.each(migrations.slice(1).map((each) => new each().name))(
    'keep every row, but for what is listed, down to here and up again: %s',
    async (name) => {
      await dbSeed(database);
      const losses = lossesSince(name);
      const [all, kept] = [await dbRows(database, []), await dbRows(database, losses)];
      expect(Object.entries(all).filter(([, rows]) => rows.length === 0)).toEqual([]);
      const steps = migrations.length - migrations.findIndex((each) => new each().name === name);
      for (let step = 0; step < steps; step += 1) await dataSource.undoLastMigration({ transaction: 'each' });
      await dataSource.runMigrations({ transaction: 'each' });

      expect(await dbRows(database, losses)).toEqual(kept);
      // No entry of the list says more than is so.
      const after = await dbRows(database, []);
      for (const { table } of losses) expect(after[table]).not.toEqual(all[table]);
    },
  );
});
