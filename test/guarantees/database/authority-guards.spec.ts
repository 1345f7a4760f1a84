/** What guards authority in the database is there, fires always, depends on nobody's session, and is looked after. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { startApp, type TestApp } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { GUARDS_FILE, guardsFile, guardsOf } from '../../support/guards-file.js';

const BREAK: [string, string, RegExp][] = [
  ['disabled', 'ALTER TABLE sessions DISABLE TRIGGER sessions_logged', /trigger sessions\.sessions_logged is disabled/],
  [
    'not ALWAYS',
    'ALTER TABLE users ENABLE TRIGGER users_disabled',
    /ALTER TABLE users ENABLE ALWAYS TRIGGER users_disabled/,
  ],
  ['dropped', 'DROP TRIGGER audit_events_kept ON audit_events', /audit_events\.audit_events_kept is missing/],
  ['dropped with its function', 'DROP FUNCTION log_user_change() CASCADE', /function log_user_change\(\) is missing/],
  [
    'made to do nothing',
    'CREATE OR REPLACE FUNCTION refuse_resurrection() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    /function refuse_resurrection\(\)/,
  ],
  ['unpinned', 'ALTER FUNCTION log_token_change() RESET search_path', /log_token_change\(\) is not pinned/],
  [
    'made for fewer columns',
    `DROP TRIGGER users_keep_username ON users;
     CREATE TRIGGER users_keep_username BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION keep_username();
     ALTER TABLE users ENABLE ALWAYS TRIGGER users_keep_username`,
    /users_keep_username is not as the migrations made it/,
  ],
  [
    'swallowed by another trigger',
    `CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
     CREATE TRIGGER swallow BEFORE INSERT ON authority_changes FOR EACH ROW EXECUTE FUNCTION swallow()`,
    /authority_changes\.swallow/,
  ],
  [
    'swallowed by a rule',
    'CREATE RULE swallow AS ON INSERT TO authority_changes DO INSTEAD NOTHING',
    /table authority_changes/,
  ],
  ['renamed', 'ALTER TABLE former_memberships RENAME TO past', /table former_memberships is missing/],
];

describe('every function and every trigger', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('of the migrations is in the list that start and readiness compare with: npm run guards', async () => {
    expect(readFileSync(GUARDS_FILE, 'utf8')).toBe(await guardsFile(database.url));
  });

  it('is pinned to the schema of the tables, or fires always', async () => {
    const guards = Object.entries(await guardsOf(database.url)).filter(([name]) => /^(function|trigger)/.test(name));
    const loose = guards.filter(([, definition]) => !/^(pinned|always) /.test(definition));

    expect(loose).toEqual([]);
    expect(guards.length).toBeGreaterThan(50);
  });
});

describe('what guards authority', () => {
  it.each(BREAK)(
    '%s, is a refused start that names it, and an instance that is not ready and names nothing',
    async (_, sql, reason) => {
      const app = await startApp();
      await app.db(sql);

      const { status, text } = await ready(app);
      expect(status).toBe(503);
      expect(text).not.toMatch(/trigger|function|_logged|users|swallow/);
      await expect(startApp({ beside: app })).rejects.toThrow(reason);
      await app.close();
    },
  );

  it('is ready again when it is put right', async () => {
    const app = await startApp();
    await app.db('ALTER TABLE users DISABLE TRIGGER users_logged');
    expect((await ready(app)).status).toBe(503);
    await app.db('ALTER TABLE users ENABLE ALWAYS TRIGGER users_logged');

    expect((await ready(app)).status).toBe(200);
    await app.close();
  });

  it.each([
    [
      'a rule',
      'CREATE RULE swallow AS ON INSERT TO authority_changes DO INSTEAD NOTHING',
      'DROP RULE swallow ON authority_changes',
    ],
    ['a child table', 'CREATE TABLE child () INHERITS (sessions)', 'DROP TABLE child'],
  ])('is ready again when %s has gone', async (_, make, drop) => {
    const app = await startApp();
    await app.db(make);
    expect((await ready(app)).status).toBe(503);
    await app.db(drop);

    expect((await ready(app)).status).toBe(200);
    await app.close();
  });

  it('may be as a newer release has made it, as long as it fires', async () => {
    const app = await startApp();
    await app.db(`INSERT INTO migrations (timestamp, name) VALUES (9, 'Newer9')`);
    await app.db('DROP FUNCTION keep_audit_events() CASCADE; DROP TRIGGER users_disabled ON users');
    expect((await ready(app)).status).toBe(200);
    await app.db('ALTER TABLE users DISABLE TRIGGER users_logged');

    expect((await ready(app)).status).toBe(503);
  });
});

async function ready(app: TestApp): Promise<{ status: number; text: string }> {
  const response = await fetch(`${app.url}/readyz`);
  return { status: response.status, text: await response.text() };
}
