/**
 * Connections to the database that fall silent, as behind a network that has lost their route, are given up while the
 * database answers others: nobody waits for TCP to notice, and nothing has to be restarted.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger, run } from 'graphile-worker';
import { EventEmitter, once } from 'node:events';
import type { Response } from 'supertest';
import { BoundedClient } from '../../../src/platform/database/bounded-client.js';
import { QueuePool } from '../../../src/platform/queue/queue-pool.js';
import { Actor, PASSWORD, signUp, type Person } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { BlackHole } from '../../support/black-hole.js';
import { stopwatch } from '../../support/stopwatch.js';

/** A connection of the pool 2 s, an answer on it 3 s. */
const LIMIT_MS = 5_000;
/** What a busy machine may add. */
const SLACK_MS = 6_000;

describe('when every connection has fallen silent', () => {
  let app: TestApp;
  let hole: BlackHole;
  let person: Person;
  beforeAll(async () => {
    const home = await startApp();
    person = await signUp(home, 'Person');
    hole = await BlackHole.before(home.database.url);
    app = await startApp({ beside: home, env: { DATABASE_URL: hole.url } });
  });

  // The queue's worker waits for its own connections; broken ones it gives up at once.
  afterAll(() => {
    hole.release();
  });

  const signIn = (): Promise<Response> =>
    new Actor(app, null)
      .post('/api/v1/auth/login', { email: person.email, password: PASSWORD })
      .then((answer) => answer);

  it('requests are answered within the limit, and everything works again', async () => {
    // The request pool now holds a connection.
    expect((await signIn()).status).toBe(200);
    hole.strand();
    const elapsed = stopwatch();
    const answers = await Promise.all([signIn(), signIn(), new Actor(app, null).get('/readyz')]);

    expect(elapsed()).toBeLessThan(LIMIT_MS + SLACK_MS);
    for (const { status } of answers) expect([200, 503]).toContain(status);
    expect((await signIn()).status).toBe(200);
    await new Actor(app, null).get('/readyz').expect(200);
    await person.at(app).get('/api/v1/users/me').expect(200);
  });
});

describe('a connection of the request pool that falls silent', () => {
  let hole: BlackHole;
  let client: BoundedClient;
  beforeAll(async () => (hole = await BlackHole.before((await sharedApp()).database.url)));
  beforeEach(async () => {
    client = new BoundedClient({ connectionString: hole.url });
    client.on('error', () => undefined);
    await client.connect();
  });
  afterEach(() => {
    hole.release();
  });

  async function failsWithin(limitMs: number, statement: string): Promise<void> {
    hole.swallow();
    const elapsed = stopwatch();
    await expect(client.query(statement)).rejects.toThrow(/^Connection terminated: no answer within/);
    expect(elapsed()).toBeLessThan(limitMs + SLACK_MS);
    await expect(client.query('SELECT 1')).rejects.toThrow(/not queryable/);
  }

  it.each(['SELECT 1', 'START TRANSACTION'])('is given up by %s', (statement) => failsWithin(3_000, statement));

  it('is given up by ROLLBACK, so that the true answer of a refused write is not kept back', async () => {
    await client.query('START TRANSACTION');
    await expect(client.query('SELECT 1 / 0')).rejects.toThrow(/zero/);
    await failsWithin(3_000, 'ROLLBACK');
  });

  it('has more time inside a transaction, where PostgreSQL waits for locks', async () => {
    await client.query('START TRANSACTION');
    const { rows } = await client.query<Record<string, string>>('SHOW statement_timeout');
    expect(rows).toEqual([{ statement_timeout: '15s' }]);
    await client.query('SELECT pg_sleep(4)');
    await client.query('COMMIT');
    expect((await client.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '2500ms' }]);
  });

  it('stays when it is silent because nothing is asked', async () => {
    await client.query('SELECT 1');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

it('the queue is stopped while the answer to LISTEN is outstanding, and nothing is left unhandled', async () => {
  const { database } = await sharedApp();
  const hole = await BlackHole.before(database.url);
  const pool = new QueuePool(hole.url);
  const events = new EventEmitter().once('pool:listen:success', () => hole.swallow());
  const listening = once(events, 'pool:listen:success');
  const logger = new Logger(() => () => undefined);
  const runner = await run({ pgPool: pool, events, taskList: {}, parsedCronItems: [], noHandleSignals: true, logger });
  await listening;

  const stopped = runner.stop();
  hole.release();

  // A second giving back of the connection, which the queue attempts here, would fail this test from outside.
  await Promise.allSettled([stopped, runner.promise]);
  await pool.end();
  expect(pool.totalCount).toBe(0);
});
