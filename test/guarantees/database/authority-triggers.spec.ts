/**
 * What hand-written SQL may do to authority: it is refused, or it reaches the change log so that every instance drops what it
 * remembers, or it takes along what rested on it. And of every trigger: without it one of these promises breaks.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { GUARDS_OF_THIS_RELEASE } from '../../../src/platform/database/authority-triggers.generated.js';
import { FENCED_TABLES } from '../../../src/platform/database/authority-triggers.sql.js';
import { bearing, signUp, type Actor } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { PROBES } from '../../support/authority-probes.js';
import { COLUMNS, FIXTURE, NO_FACTS } from '../../support/authority-rows.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { dbCreateOrganization } from '../../support/organizations.js';
import type { Probe } from '../../support/probe.js';
import { dbJoin } from '../../support/scene.js';
import { HARMLESS } from '../../support/tokens.js';

const names = (kind: string): string[] =>
  Object.keys(GUARDS_OF_THIS_RELEASE)
    .filter((name) => name.startsWith(`${kind} `))
    .map((name) => name.slice(kind.length + 1));

/** Tables of which no instance remembers anything: each use reads the row. */
const REMEMBERED_BY_NOBODY = {
  account_names: 'names are looked for among the caller’s own',
  audit_events: 'history',
  invitations: 'judged from the row, under its lock, at each use',
  known_sources: 'read at each sign-in',
  ledger_account_numbers: 'no authority',
  ledger_account_reveals: 'no authority',
  ledger_accounts: 'no authority: whose it is, is part of each statement',
  ledger_transactions: 'no authority',
  mailed_secrets: 'used up by one conditional statement',
  migrations: 'no authority',
  rate_limits: 'no authority',
  simulated_ledger_accounts: 'no authority',
  simulated_ledger_transactions: 'no authority',
  token_hash_keys: 'read at the start',
};

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(FIXTURE);
  await client.query('CREATE TABLE former_log AS SELECT log_id AS id FROM authority_pruning');
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What became of it, in a transaction that is undone: nothing, or what is missing. */
async function breachOf({ sql, then }: Probe): Promise<string | null> {
  await client.query('SAVEPOINT probe');
  try {
    await client.query(sql);
    if (then === 'refused') return 'was not refused';
    return 'logged' in then ? await unlogged(then.logged) : await unheld(then.holds);
  } catch (error) {
    const { code = '', message } = error as pg.DatabaseError;
    return then === 'refused' && ['23514', '42501'].includes(code) ? null : message;
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT probe');
  }
}

async function unlogged(expected: readonly string[]): Promise<string | null> {
  const sql = `SELECT subject_kind || ' ' || subject_id AS change FROM authority_changes WHERE xid = pg_current_xact_id()`;
  const found = (await client.query<{ change: string }>(sql)).rows.map(({ change }) => change);
  const missing = expected.filter((each) => !found.includes(each));
  return missing.length === 0 ? null : `not in the log: ${missing.join(', ')}`;
}

async function unheld(condition: string): Promise<string | null> {
  const { rows } = await client.query<{ held: boolean | null }>(`SELECT ${condition} AS held`);
  return rows[0]?.held === true ? null : 'does not hold';
}

async function undone<T>(work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    return await work();
  } finally {
    await client.query('ROLLBACK');
  }
}

describe('hand-written SQL', () => {
  it.each(PROBES.map((probe) => [probe.name, probe] as const))(
    'is refused, or has its consequences: %s',
    async (_, probe) => {
      expect(await undone(() => breachOf(probe))).toBeNull();
    },
  );
});

describe('every trigger', () => {
  it.each(names('trigger'))('is missed by one of these promises: %s', async (trigger) => {
    const [table = '', name = ''] = trigger.split('.');
    const probes = PROBES.filter(({ triggers }) => triggers.includes(trigger));
    const breaches = await undone(async () => {
      await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ${name}`);
      const found = [];
      for (const probe of probes) found.push(await breachOf(probe));
      return found;
    });
    expect(breaches).toContainEqual(expect.any(String));
  });
});

describe('every table and column', () => {
  it('is remembered under the eyes of the log, or by nobody', () => {
    expect([...FENCED_TABLES, ...Object.keys(REMEMBERED_BY_NOBODY)].sort()).toEqual(names('table').sort());
  });

  it.each(Object.keys(COLUMNS))('of %s is a fact whose change is logged, or no fact', async (table) => {
    const sql = 'SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 ORDER BY 1';
    const columns = await database.query<{ name: string }>(sql, [table]);
    const known = [...Object.keys(COLUMNS[table] ?? {}), ...(NO_FACTS[table] ?? [])];
    expect(columns.map(({ name }) => name)).toEqual(known.sort());
  });
});

describe('a table that is emptied', () => {
  let here: TestApp;
  let there: TestApp;
  beforeAll(async () => {
    here = await startApp();
    there = await startApp({ beside: here });
  });

  /** A session, a personal and an organization token of one owner, and a token of somebody who left and is back. */
  async function holders(): Promise<{ path: string; callers: Actor[] }> {
    const [owner, back] = [await signUp(here), await signUp(here)];
    const { id, path } = await dbCreateOrganization(here, { [owner.id]: 'owner', [back.id]: 'member' });
    const personal = await owner.issuePersonalToken(HARMLESS);
    const organizational = await owner.issueOrganizationToken(id, HARMLESS);
    const former = await back.issuePersonalToken(HARMLESS);
    await here.db('DELETE FROM memberships WHERE user_id = $1', [back.id]);
    await dbJoin(here, id, back.id, 'member');
    return { path, callers: [owner, ...[personal, organizational, former].map((each) => bearing(here, each))] };
  }

  it.each([
    ['access_tokens', [200, 401, 401, 401]],
    ['sessions', [401, 200, 200, 404]],
    ['memberships', [404, 404, 200, 404]],
    // Who left never left: what an operator does to history counts at once, too.
    ['former_memberships', [200, 200, 200, 200]],
    ['users', [401, 401, 401, 401]],
    ['organizations', [404, 401, 401, 401]],
  ])('with CASCADE, counts for the next request at every instance: %s', async (table, then) => {
    const { path, callers } = await holders();
    const statuses = (app: TestApp) =>
      Promise.all(callers.map(async (caller) => (await caller.at(app).get(path)).status));
    for (const app of [here, there]) expect(await statuses(app)).toEqual([200, 200, 200, 404]);
    await here.db(`TRUNCATE ${table} CASCADE`);
    for (const app of [here, there]) expect(await statuses(app)).toEqual(then);
  });

  it('of memberships keeps out the tokens of the members, also when they are inserted again', async () => {
    const owner = await signUp(here);
    const { id, path } = await dbCreateOrganization(here, { [owner.id]: 'owner' });
    const before = await owner.issuePersonalToken(HARMLESS);
    await here.db('TRUNCATE memberships');
    await dbJoin(here, id, owner.id, 'owner');
    const after = await owner.issuePersonalToken(HARMLESS);
    for (const app of [here, there]) {
      await bearing(app, before).get(path).expect(404);
      await bearing(app, after).get(path).expect(200);
    }
  });
});
