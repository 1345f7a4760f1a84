/** Migrations are real in both directions, and no way through them brings a revoked token back to life. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

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

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource({ type: 'postgres', url: database.url, migrations }).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  async function schema(): Promise<string[]> {
    return (await database.query<{ line: string }>(SCHEMA)).map(({ line }) => line);
  }

  async function dbRevokedToken(): Promise<string> {
    const [organizationId, tokenId] = [randomUUID(), randomUUID()];
    const slug = `org-${organizationId.slice(0, 8)}`;
    await database.query('INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $3)', [organizationId, 'A', slug]);
    await database.query(
      `INSERT INTO access_tokens (id, kind, organization_id, label, scopes, selector, secret_hash, hash_key_version, hint,
        revoked_at)
      VALUES ($1, 'organization', $2, 'x', '{tokens:read}', $3, $4, 'v1', '…', clock_timestamp())`,
      [tokenId, organizationId, tokenId, Buffer.alloc(32)],
    );
    return tokenId;
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

  it('keep a revoked token revoked, one step down and up again at a time', async () => {
    const tokenId = await dbRevokedToken();
    const isRevoked = async (): Promise<unknown> =>
      (await database.query('SELECT revoked_at IS NOT NULL AS revoked FROM access_tokens WHERE id = $1', [tokenId]))[0];
    for (let steps = 1; steps < migrations.length; steps += 1) {
      for (let step = 0; step < steps; step += 1) await dataSource.undoLastMigration({ transaction: 'each' });
      expect(await isRevoked()).toEqual({ revoked: true });
      await dataSource.runMigrations({ transaction: 'each' });
      expect(await isRevoked()).toEqual({ revoked: true });
    }
  });
});
