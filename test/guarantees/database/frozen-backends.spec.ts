/**
 * Server processes that are frozen under open connections: whatever reads is answered within the bound that
 * docs/operations.md states, everybody else goes on, and nothing has to be restarted.
 */
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Response } from 'supertest';
import { Actor, bearing, PASSWORD, signUp, type Person } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { dbBackends, freeze, thaw } from '../../support/frozen-backends.js';
import { problem } from '../../support/problems.js';
import { stopwatch } from '../../support/stopwatch.js';
import { until } from '../../support/until.js';

/** A connection of the pool 2 s, an answer on it 3 s. */
const READ_MS = 5_000;
/** The credential, by the tests' VERIFY_TIMEOUT_MS. */
const CREDENTIAL_MS = 5_000;
/** 15.5 s for an answer inside a transaction, when nothing but the last statement hangs. */
const WRITE_MS = 15_500;
/** What a busy machine may add. */
const SLACK_MS = 4_000;
const POOL = 'latchkey';

interface Timed {
  readonly answer: Response;
  readonly elapsedMs: number;
}

async function timed(call: PromiseLike<Response>): Promise<Timed> {
  const elapsed = stopwatch();
  const answer = await call;
  return { answer, elapsedMs: elapsed() };
}

describe('a frozen backend', () => {
  let app: TestApp;
  let owner: Person;
  let organization: string;
  let reads: string[];

  beforeAll(async () => {
    app = await sharedApp();
    owner = await signUp(app, 'Owner');
    const { body } = await owner.post('/api/v1/organizations', { name: 'Acme' }).expect(201);
    organization = `/api/v1/organizations/${(body as { id: string }).id}`;
    const [me, token] = [
      '/api/v1/users/me',
      await owner.issueOrganizationToken(organization.slice(22), ['tokens:read']),
    ];
    reads = [
      ...[me, `${me}/tokens`, `${me}/audit-events`, '/api/v1/auth/sessions', '/api/v1/organizations'],
      ...[
        '',
        '/members',
        '/invitations',
        '/tokens',
        `/tokens/${token.token.id}`,
        '/audit-events',
        '/ledger-accounts',
      ].map((path) => organization + path),
    ];
  });

  afterEach(thaw);

  /** Opens all connections of the request pool and freezes them. */
  async function freezePool(): Promise<void> {
    const opening = Array.from({ length: 20 }, () => '/api/v1/organizations');
    // Busy machines take longer than a request waits for its connection.
    await until(async () => {
      const answers = await Promise.all(opening.map((path) => owner.get(path)));
      return answers.every(({ status }) => status === 200);
    });
    freeze(await dbBackends(app, POOL));
  }

  async function serves(): Promise<void> {
    for (const path of reads) await owner.get(path).expect(200);
  }

  it('makes no read wait beyond the bound, and its connection is not used again', async () => {
    await freezePool();
    const calls = await Promise.all(reads.map((path) => timed(owner.get(path))));

    for (const { answer, elapsedMs } of calls) {
      expect(elapsedMs).toBeLessThan(CREDENTIAL_MS + READ_MS + SLACK_MS);
      if (answer.status !== 200) problem(503, 'unavailable')(answer);
    }
    expect(calls.filter(({ answer }) => answer.status === 503).length).toBeGreaterThan(1);
    await serves();
  });

  it('is noticed by a read that comes alone', async () => {
    await freezePool();
    const { answer, elapsedMs } = await timed(owner.get('/api/v1/organizations'));

    problem(503, 'unavailable')(answer);
    expect(elapsedMs).toBeLessThan(READ_MS + SLACK_MS);
  });

  it('makes a write that has not begun fail within the same bound, and nothing is changed', async () => {
    await freezePool();
    const { answer, elapsedMs } = await timed(owner.post('/api/v1/organizations', { name: 'Never' }));

    problem(503, 'unavailable')(answer);
    expect(elapsedMs).toBeLessThan(READ_MS + SLACK_MS);
    thaw();
    expect(await app.db(`SELECT FROM organizations WHERE name = 'Never'`)).toEqual([]);
  });

  it('under COMMIT is a 503 in time, whether or not the commit happens after all', async () => {
    await app.db(
      `CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(5); RETURN NULL; END'`,
    );
    await app.db(`CREATE CONSTRAINT TRIGGER lingers AFTER INSERT ON organizations DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (NEW.name = 'Lingering') EXECUTE FUNCTION linger()`);
    const call = timed(owner.post('/api/v1/organizations', { name: 'Lingering' }));
    const committing = `SELECT pid FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active' AND datname = current_database()`;
    await until(async () => (await app.db(committing)).length === 1);
    freeze((await app.db<{ pid: number }>(committing)).map(({ pid }) => pid));

    const { answer, elapsedMs } = await call;
    problem(503, 'unavailable')(answer);
    expect(elapsedMs).toBeLessThan(WRITE_MS + SLACK_MS);
    thaw();
    await until(async () => (await app.db(`SELECT FROM organizations WHERE name = 'Lingering'`)).length === 1);
    await serves();
  });

  it('of the readiness check is a 503 at once, and ready again without a restart', async () => {
    await freezePool();
    const stranger = new Actor(app, null);
    const { answer, elapsedMs } = await timed(stranger.get('/readyz'));

    problem(503, 'unavailable')(answer);
    expect(elapsedMs).toBeLessThan(1_000 + SLACK_MS);
    await until(async () => (await stranger.get('/readyz')).status === 200, 60_000);
  });

  it('of the fence is a 503 in time, and the next request gets another connection', async () => {
    const quick = await startApp({ beside: app, env: { VERIFY_TIMEOUT_MS: '1000' } });
    const token = bearing(quick, await owner.issuePersonalToken(['organization:read']));
    await token.get('/api/v1/token').expect(200);
    freeze(await dbBackends(app, 'latchkey-fence'));
    const { answer, elapsedMs } = await timed(token.get('/api/v1/token'));

    expect([200, 503]).toContain(answer.status);
    expect(elapsedMs).toBeLessThan(1_000 + SLACK_MS);
    await token.get('/api/v1/token').expect(200);
  });

  it('of the rate limits refuses a sign-in in time, and the next ones are served', async () => {
    const limited = await startApp({ beside: app, env: { RATE_LIMIT_ENABLED: 'true' } });
    const login = (): PromiseLike<Response> =>
      new Actor(limited, null).post('/api/v1/auth/login', { email: owner.email, password: PASSWORD });
    expect((await login()).status).toBe(200);
    const pids = await dbBackends(app, 'latchkey-rate-limits');
    freeze(pids);
    for (const _ of pids) {
      const { answer, elapsedMs } = await timed(login());
      expect([200, 503]).toContain(answer.status);
      expect(elapsedMs).toBeLessThan(READ_MS + SLACK_MS);
    }
    expect((await login()).status).toBe(200);
  });

  it('of the job queue keeps no request waiting, and no mail for good', async () => {
    freeze(await dbBackends(app, 'latchkey-queue'));
    const { answer, elapsedMs } = await timed(
      new Actor(app, null).post('/api/v1/auth/password/forgot', { email: owner.email }),
    );

    expect(answer.status).toBe(202);
    expect(elapsedMs).toBeLessThan(READ_MS + SLACK_MS);
    const isMailed = async (): Promise<boolean> =>
      (await app.mails.to(owner.email)).some(({ subject }) => /password/i.test(subject));
    await until(isMailed, 60_000);
  });
});

it('a frozen backend does not hold up the end of the service', async () => {
  const app = await startApp();
  const owner = await signUp(app, 'Owner');
  await owner.get('/api/v1/organizations').expect(200);
  freeze(await dbBackends(app, POOL));
  const elapsed = stopwatch();
  await app.nest.close();

  expect(elapsed()).toBeLessThan(READ_MS + SLACK_MS);
  thaw();
});

describe('a server in order', () => {
  let app: TestApp;
  let owner: Person;
  let organization: string;
  let operator: pg.Client;

  beforeAll(async () => {
    app = await startApp();
    owner = await signUp(app, 'Owner');
    const { body } = await owner.post('/api/v1/organizations', { name: 'Acme' }).expect(201);
    organization = `/api/v1/organizations/${(body as { id: string }).id}`;
  });

  afterEach(() => operator.end());

  async function holding(sql: string): Promise<void> {
    operator = new pg.Client(app.database.url);
    await operator.connect();
    await operator.query('BEGIN');
    await operator.query(sql);
  }

  it('may let a write wait for a lock for longer than any read waits', async () => {
    await holding('SELECT FROM organizations FOR UPDATE');
    const call = timed(owner.patch(organization, { name: 'Acme again' }));
    await new Promise((resolve) => setTimeout(resolve, READ_MS));
    await operator.query('COMMIT');

    const { answer } = await call;
    expect(answer.status).toBe(200);
  });

  it('lets a read that a locked table holds up fail in time, on a connection that stays', async () => {
    await owner.get('/api/v1/users/me/audit-events').expect(200);
    const before = await dbBackends(app, POOL);
    await holding('LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE');
    const { answer, elapsedMs } = await timed(owner.get('/api/v1/users/me/audit-events'));

    problem(503, 'unavailable')(answer);
    expect(elapsedMs).toBeLessThan(READ_MS + SLACK_MS);
    expect(await dbBackends(app, POOL)).toEqual(before);
    await operator.query('ROLLBACK');
    await owner.get('/api/v1/users/me/audit-events').expect(200);
  });
});
