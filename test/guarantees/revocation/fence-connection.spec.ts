/** The fence's own connection: it answers or fails in bounded time, and tells when it broke. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MissingFacts } from '../../../src/verification/fact-cache.js';
import { FenceConnection } from '../../../src/verification/fence-connection.js';
import { MAX_CHANGES } from '../../../src/verification/fence.sql.js';
import { BlackHole } from '../../support/black-hole.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { stopwatch } from '../../support/stopwatch.js';
import { until } from '../../support/until.js';

const TIMEOUT_MS = 1_000;
/** What a busy machine may add. */
const SLACK_MS = 1_000;
const NOTHING = new MissingFacts();

describe('the connection of the fence', () => {
  let database: TestDatabase;
  let connection: FenceConnection;
  beforeAll(async () => (database = await createTestDatabase()));
  afterEach(() => connection.drop());
  afterAll(() => database.drop());

  const connect = (url = database.url, timeoutMs = 5_000) => (connection = new FenceConnection(url, timeoutMs));

  /** The process ids of the server's ends. */
  async function dbBackends(): Promise<number[]> {
    const rows = await database.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'latchkey-fence' AND datname = current_database()`,
    );
    return rows.map(({ pid }) => pid);
  }

  async function failure(work: Promise<unknown>): Promise<{ error: unknown; elapsedMs: number }> {
    const elapsed = stopwatch();
    const error: unknown = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return { error, elapsedMs: elapsed() };
  }

  it('is one, opened when it is first needed and then kept', async () => {
    connect();
    expect(connection.isOpen).toBe(false);
    await connection.run(null, NOTHING);
    const backends = await dbBackends();
    await connection.run(null, NOTHING);

    expect(connection.isOpen).toBe(true);
    expect(backends).toHaveLength(1);
    expect(await dbBackends()).toEqual(backends);
  });

  it('is closed when it is given up, and opened again by whoever asks next', async () => {
    connect();
    connection.drop();
    await connection.run(null, NOTHING);
    const before = await dbBackends();
    connection.drop();
    expect(connection.isOpen).toBe(false);
    await until(async () => (await dbBackends()).length === 0);

    await connection.run(null, NOTHING);
    expect(connection.isOpen).toBe(true);
    expect(await dbBackends()).not.toEqual(before);
  });

  it('is known to be broken once the server has cut it', async () => {
    connect();
    await connection.run(null, NOTHING);
    for (const pid of await dbBackends()) await database.query('SELECT pg_terminate_backend($1)', [pid]);
    await until(() => !connection.isOpen);

    expect(await connection.run(null, NOTHING)).toMatchObject({ replica: false });
  });

  it('is given up on any error', async () => {
    connect();
    await connection.run(null, NOTHING);

    expect(await failure(connection.run('no position', NOTHING))).toMatchObject({ error: { code: '22P02' } });
    expect(connection.isOpen).toBe(false);
  });

  it('fails in time when nothing comes back: an answer, or a greeting', async () => {
    const hole = await BlackHole.before(database.url);
    connect(hole.url, TIMEOUT_MS);
    await connection.run(null, NOTHING);
    hole.swallow();
    for (const from of ['the open one', 'a new one']) {
      const { error, elapsedMs } = await failure(connection.run(null, NOTHING));

      expect([from, error]).toEqual([from, expect.any(Error)]);
      expect(elapsedMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
      expect(connection.isOpen).toBe(false);
    }
  });

  it('breaks without a sound when its way breaks after it was given up', async () => {
    const hole = await BlackHole.before(database.url);
    connect(hole.url, TIMEOUT_MS);
    await connection.run(null, NOTHING);
    hole.swallow();
    const late = failure(connection.run(null, NOTHING));
    connection.drop();
    hole.release();

    expect((await late).error).toBeInstanceOf(Error);
    await sleep(50);
    expect(connection.isOpen).toBe(false);
  });

  it('carries what is asked for, each kind in its place', async () => {
    const ids = { user: randomUUID(), organization: randomUUID(), session: randomUUID() };
    await database.query(
      `WITH place AS (INSERT INTO organizations (id, name, slug) VALUES ($2, 'Acme', 'acme')),
      person AS (INSERT INTO users (id, email, email_key, name, password_hash) VALUES ($1, 'a@b.test', 'a', 'A', ''))
      INSERT INTO sessions (id, user_id, family_hash, refresh_hash, expires_at)
      VALUES ($3, $1, sha256('x'), sha256('x'), 'infinity')`,
      Object.values(ids),
    );
    connect();
    const [bySession, byUser, byOrganization] = [new MissingFacts(), new MissingFacts(), new MissingFacts()];
    bySession.sessionIds.add(ids.session);
    byUser.userIds.add(ids.user);
    byOrganization.organizationIds.add(ids.organization);

    expect(await connection.run(null, bySession)).toMatchObject({ sessions: [{ id: ids.session }], tokens: null });
    expect(await connection.run(null, byUser)).toMatchObject({ users: [{ id: ids.user }], sessions: null });
    expect(await connection.run(null, byOrganization)).toMatchObject({
      organizations: [{ id: ids.organization }],
      users: null,
    });
  });

  it('tells what changed after a position, and that it is more than can be told', async () => {
    connect();
    const { snapshot } = await connection.run(null, NOTHING);
    const change = `INSERT INTO authority_changes (subject_kind, subject_id) SELECT 'token', n FROM generate_series(1, $1) n`;
    await database.query(change, [1]);
    expect(await connection.run(snapshot, NOTHING)).toMatchObject({ outdated: false, changes: [['token', '1']] });

    await database.query(change, [MAX_CHANGES + 10]);
    expect((await connection.run(snapshot, NOTHING)).changes?.length).toBeGreaterThan(MAX_CHANGES);
  });
});
