/** The change log is authority, too: whatever is done to it, or to what writes it, is a change of everything. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { bearing, type Actor } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { scene, type Scene } from '../../support/scene.js';
import { issue, present } from '../../support/tokens.js';

const REVOKE = 'UPDATE access_tokens SET revoked_at = now() WHERE revoked_at IS NULL;';
const UNLOGGED = `ALTER TABLE access_tokens DISABLE TRIGGER access_tokens_logged;`;
const LOGGED = `ALTER TABLE access_tokens ENABLE ALWAYS TRIGGER access_tokens_logged;`;
const NO_OP = `CREATE OR REPLACE FUNCTION log_token_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;`;

/** What pg_restore --clean does to one table, which has no foreign keys pointing to it. */
const RESTORE_LOG = `
  CREATE TABLE dumped AS TABLE authority_changes; CREATE TABLE pruning AS TABLE authority_pruning;
  DROP TABLE authority_changes; DROP TABLE authority_pruning;
  ALTER TABLE dumped RENAME TO authority_changes; ALTER TABLE pruning RENAME TO authority_pruning;`;

describe('a dead token is refused after', () => {
  let app: TestApp;
  let cast: Scene;
  let source: string;
  beforeAll(async () => {
    app = await startApp();
    cast = await scene(app);
    const [found] = await app.db<{ source: string }>(
      `SELECT pg_get_functiondef('log_token_change()'::regprocedure) AS source`,
    );
    source = found?.source ?? '';
  });

  async function live(): Promise<Actor> {
    const holder = bearing(app, await issue('organization', cast, cast.owner));
    await present(holder).expect(200);
    return holder;
  }

  it.each([
    ['DELETE of the log', 'DELETE FROM authority_changes;'],
    ['TRUNCATE of the log', 'TRUNCATE authority_changes;'],
    ['UPDATE of the log', `UPDATE authority_changes SET xid = '3';`],
    ['another subject in the log', `UPDATE authority_changes SET subject_id = 'nobody';`],
    [
      'DELETE, and the mark set back',
      `DELETE FROM authority_changes; UPDATE authority_pruning SET pruned_through = '0';`,
    ],
    ['DELETE of the log and of its mark', 'DELETE FROM authority_changes; DELETE FROM authority_pruning;'],
    ['TRUNCATE of the log and of its mark', 'TRUNCATE authority_changes, authority_pruning;'],
  ])('%s, together and one by one', async (_, sql) => {
    const [one, other] = [await live(), await live()];
    await app.db(REVOKE);
    for (const each of sql.split(';')) await app.db(each);
    await present(one).expect(401);
    await present(other).expect(401);

    const next = await live();
    await app.db(`${REVOKE} ${sql}`);
    await present(next).expect(401);
    // The mark is there for the next pruning.
    expect(await app.db('SELECT pruned_through IS NOT NULL AS there FROM authority_pruning')).toEqual([
      { there: true },
    ]);
  });

  it('a revocation while its trigger was disabled, in one transaction', async () => {
    const holder = await live();
    await app.db(`${UNLOGGED} ${REVOKE} ${LOGGED}`);
    await present(holder).expect(401);
  });

  it('a revocation while its trigger was disabled, with requests at every step; nothing is remembered meanwhile', async () => {
    const [first, second, third] = [await live(), await live(), await live()];
    await app.db(UNLOGGED);
    await present(first).expect(200);
    await app.db(REVOKE);
    await present(first).expect(401);
    await present(second).expect(401);
    await app.db(LOGGED);
    await present(third).expect(401);
  });

  it('a revocation that a trigger of the operator’s makes of an UPDATE of another column', async () => {
    const holder = await live();
    await app.db(`CREATE FUNCTION retire() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.revoked_at := coalesce(NEW.revoked_at, now()); RETURN NEW; END $$;
      CREATE TRIGGER retire BEFORE UPDATE OF label ON access_tokens FOR EACH ROW EXECUTE FUNCTION retire()`);
    await present(holder).expect(200);
    await app.db(`UPDATE access_tokens SET label = 'old'`);
    await present(holder).expect(401);
    await app.db('DROP FUNCTION retire() CASCADE');
  });

  it('a revocation while the function that logs it did nothing', async () => {
    const holder = await live();
    await app.db(NO_OP);
    await app.db(REVOKE);
    await app.db(source);
    await present(holder).expect(401);
  });

  it('a revocation in a child table, also when the parent has had one before', async () => {
    await app.db('CREATE TABLE child () INHERITS (access_tokens); DROP TABLE child');
    const [holder, other] = [await live(), await live()];
    await app.db(`CREATE TABLE child () INHERITS (access_tokens);
      INSERT INTO child SELECT * FROM access_tokens; DELETE FROM ONLY access_tokens`);
    await present(holder).expect(200);
    await app.db(REVOKE);
    await present(holder).expect(401);
    await present(other).expect(401);
    await app.db('DROP TABLE child');
  });

  it('a revocation while its trigger was dropped: meanwhile nothing is confirmed', async () => {
    const holder = await live();
    await app.db('ALTER TABLE access_tokens RENAME TO kept; CREATE TABLE access_tokens (LIKE kept INCLUDING ALL)');
    await present(holder).expect(503);
    await app.db(`DROP TABLE access_tokens; ALTER TABLE kept RENAME TO access_tokens; ${REVOKE}`);
    await present(holder).expect(401);
  });
});

describe('a restore over the live database', () => {
  it('of the log alone empties memory', async () => {
    const app = await startApp({ env: { VERIFY_TIMEOUT_MS: '1000' } });
    const cast = await scene(app);
    const holder = bearing(app, await issue('organization', cast, cast.owner));
    await present(holder).expect(200);
    await app.db(
      `UPDATE access_tokens SET revoked_at = now() WHERE revoked_at IS NULL; DELETE FROM authority_changes;${RESTORE_LOG}`,
    );
    // Its triggers are missing now, so nothing can be confirmed; what matters is that nothing is accepted.
    await present(holder).expect(503);
  });

  it('in the place of its schema, which is only renamed, empties memory', async () => {
    const app = await startApp({ env: { VERIFY_TIMEOUT_MS: '1000' } });
    const cast = await scene(app);
    const holder = bearing(app, await issue('organization', cast, cast.owner));
    await present(holder).expect(200);
    await app.db(`CREATE SCHEMA restored; DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE restored.%1$I AS TABLE public.%1$I', name);
      END LOOP; END $$; UPDATE restored.access_tokens SET revoked_at = now()`);
    await app.db('ALTER SCHEMA public RENAME TO before; ALTER SCHEMA restored RENAME TO public');
    await present(holder).expect(503);
    await app.db('ALTER SCHEMA public RENAME TO restored; ALTER SCHEMA before RENAME TO public');
    await present(holder).expect(200);
  });

  it('confirms nothing while its triggers are missing, calls no live token dead, and remembers nothing of the half', async () => {
    const app = await startApp({ env: { VERIFY_TIMEOUT_MS: '400' } });
    const cast = await scene(app);
    const holder = bearing(app, await issue('organization', cast, cast.owner));
    await present(holder).expect(200);
    const restorer = new pg.Client({ connectionString: app.database.url });
    await restorer.connect();
    const steps = await stepsOfARestore(app);
    const statuses = new Set<number>();
    for (const step of steps) {
      await restorer.query(step);
      statuses.add((await present(holder)).status);
    }
    await restorer.end();

    expect(statuses).toEqual(new Set([200, 503]));
    await app.db(REVOKE);
    await present(holder).expect(401);
    // Each step waits for the limit of a verification.
  }, 60_000);
});

/** Triggers off, rows out, rows in, triggers created: in the order in which pg_restore --clean does it. */
async function stepsOfARestore(app: TestApp): Promise<string[]> {
  const triggers = await app.db<{ name: string; create: string }>(
    `SELECT tgname AS name, pg_get_triggerdef(oid) AS create FROM pg_trigger
     WHERE tgrelid = 'access_tokens'::regclass AND NOT tgisinternal ORDER BY tgname`,
  );
  return [
    'CREATE TABLE dumped AS TABLE access_tokens',
    'CREATE TABLE applied AS TABLE migrations',
    'TRUNCATE migrations',
    ...triggers.map(({ name }) => `DROP TRIGGER ${name} ON access_tokens`),
    'TRUNCATE access_tokens',
    'INSERT INTO access_tokens SELECT * FROM dumped',
    ...triggers.map(({ create }) => create),
    ...triggers.map(({ name }) => `ALTER TABLE access_tokens ENABLE ALWAYS TRIGGER ${name}`),
    'INSERT INTO migrations SELECT * FROM applied',
  ];
}
