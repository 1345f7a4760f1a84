/** What happened cannot be made not to have happened, not even at a psql prompt by mistake. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/platform/database/ids.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const REFUSAL = 'audit events are only ever added';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(`INSERT INTO audit_events (id, action, actor_kind) VALUES ($1, 'user.registered', 'user')`, [
    newId(),
  ]);
});

afterEach(() => database.drop());

describe('an audit event', () => {
  it.each([
    `UPDATE audit_events SET actor_name = 'somebody else'`,
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    `BEGIN; SET LOCAL latchkey.audit_retention = off; DELETE FROM audit_events; COMMIT`,
    `BEGIN; SET LOCAL latchkey.audit_retention = on; UPDATE audit_events SET ip = NULL; COMMIT`,
  ])('withstands %s', async (sql) => {
    const before = await events();
    await expect(database.query(sql)).rejects.toThrow(REFUSAL);
    await database.query('ROLLBACK');
    expect(await events()).toEqual(before);
  });

  it('goes only when retention is declared, for one transaction', async () => {
    await database.query('BEGIN; SET LOCAL latchkey.audit_retention = on; DELETE FROM audit_events; COMMIT');
    expect(await events()).toEqual([]);
  });
});

function events(): Promise<object[]> {
  return database.query('SELECT * FROM audit_events');
}
