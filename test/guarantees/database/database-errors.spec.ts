import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { databaseError } from '../../../src/platform/database/pg-errors.js';
import { Actor, signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { DatabaseGate } from '../../support/database-gate.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { problem } from '../../support/problems.js';
import { stopwatch } from '../../support/stopwatch.js';
import { until } from '../../support/until.js';

const RAISED: [sqlState: string, code: string | undefined][] = [
  ['08006', 'unavailable'],
  ['57P01', 'unavailable'],
  ['57P03', 'unavailable'],
  ['57014', 'unavailable'],
  ['53300', 'unavailable'],
  ['40001', 'unavailable'],
  ['40P01', 'unavailable'],
  ['55P03', 'unavailable'],
  ['25006', 'unavailable'],
  ['23505', 'conflict'],
  ['23503', 'conflict'],
  ['23P01', 'conflict'],
  ['22021', 'validation_failed'],
  ['22P05', 'validation_failed'],
  ['42601', undefined],
  ['23514', undefined],
  ['22P02', undefined],
];

let database: TestDatabase;
let client: pg.Client;
let orm: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  orm = new DataSource({ type: 'postgres', url: database.url });
  await Promise.all([client.connect(), orm.initialize()]);
});
afterAll(async () => {
  await Promise.all([client.end(), orm.destroy()]);
  await database.drop();
});

function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
}

function raising(sqlState: string): string {
  return `DO $$ BEGIN RAISE EXCEPTION 'canary' USING ERRCODE = '${sqlState}'; END $$`;
}

describe('an error of PostgreSQL', () => {
  it.each(RAISED)('of code %s becomes %s, from the driver and from the ORM', async (sqlState, code) => {
    const fromDriver = databaseError(await thrownBy(client.query(raising(sqlState))));
    const fromOrm = databaseError(await thrownBy(orm.query(raising(sqlState))));
    expect([fromDriver?.code, fromOrm?.code]).toEqual([code, code]);
    for (const error of [fromDriver, fromOrm]) expect(error?.options.detail ?? '').not.toContain('canary');
  });

  it.each([
    [
      'a unique violation',
      `INSERT INTO migrations (id, timestamp, name) SELECT id, 1, 'x' FROM migrations`,
      'conflict',
    ],
    ['a statement timeout', `SET statement_timeout = 20; SELECT pg_sleep(1)`, 'unavailable'],
    ['a read-only transaction', 'BEGIN READ ONLY; DELETE FROM users', 'unavailable'],
  ])('that really is %s is recognized', async (_, sql, code) => {
    const error = databaseError(await thrownBy(client.query(sql)));
    await client.query('ROLLBACK; SET statement_timeout = 0');
    expect(error?.code).toBe(code);
  });

  it('that really is NUL in a text is recognized', async () => {
    const error = databaseError(await thrownBy(client.query('SELECT $1::text', ['a\0b'])));
    expect(error?.code).toBe('validation_failed');
  });
});

describe('a connection', () => {
  it.each([
    ['by a statement of the transaction', (tx: EntityManager) => tx.query('SELECT 1')],
    ['by a statement on the runner', (tx: EntityManager) => tx.queryRunner?.query('SELECT 1') ?? Promise.resolve()],
    ['by the end of the transaction', () => Promise.resolve()],
  ])('that broke between two statements of a transaction is recognized %s', async (_, goOn) => {
    const transaction = orm.transaction(async (tx) => {
      const [{ pid } = { pid: 0 }] = await tx.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
      await client.query('SELECT pg_terminate_backend($1)', [pid]);
      await until(() => Promise.resolve(tx.queryRunner?.isReleased === true));
      await goOn(tx);
    });
    expect(databaseError(await thrownBy(transaction))?.code).toBe('unavailable');
  });

  it('that is refused is recognized', async () => {
    const lost = new pg.Client({ connectionString: 'postgresql://nobody@127.0.0.1:1/none' });
    expect(databaseError(await thrownBy(lost.connect()))?.code).toBe('unavailable');
  });

  it('to a name that nobody has is recognized', async () => {
    const lost = new pg.Client({ connectionString: 'postgresql://nobody@nowhere.invalid/none' });
    expect(databaseError(await thrownBy(lost.connect()))?.code).toBe('unavailable');
  });

  it('that is not to be had from a full pool is recognized', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 1_000 });
    const held = await pool.connect();
    const error = databaseError(await thrownBy(pool.connect()));
    held.release();
    await pool.end();
    expect(error?.code).toBe('unavailable');
  });

  it.each([new Error('nothing of the kind'), new TypeError('x'), null, 'ECONNREFUSED', { code: '08006' }])(
    'has nothing to do with %p',
    (thrown) => {
      expect(databaseError(thrown)).toBeNull();
    },
  );
});

describe('while the database cannot be reached', () => {
  let app: TestApp;
  let person: Person;
  let gate: DatabaseGate;
  beforeAll(async () => {
    const home = await startApp();
    gate = await DatabaseGate.before(home.database.url);
    app = await startApp({ beside: home, env: { DATABASE_URL: gate.url, VERIFY_TIMEOUT_MS: '1000' } });
    person = await signUp(app);
  });

  it('every route that needs it answers 503 in time, and all is well when it is back', async () => {
    await gate.shut();
    const elapsed = stopwatch();
    const stranger = new Actor(app, null);
    const login = { email: person.email, password: 'a long enough pass phrase 42' };
    const calls = [person.get('/api/v1/users/me'), person.post('/api/v1/organizations', { name: 'Acme' })];
    const open = [stranger.post('/api/v1/auth/login', login), stranger.get('/readyz')];
    for (const response of await Promise.all([...calls, ...open])) {
      problem(503, 'unavailable')(response);
      expect(Number(response.headers['retry-after'])).toBeLessThanOrEqual(3);
      expect(response.text).not.toMatch(/ECONN|127\.0\.0\.1|pool|SELECT|detail/);
    }
    expect(elapsed()).toBeLessThan(5_000);
    await stranger.get('/healthz').expect(200);

    await gate.open();
    await until(async () => (await stranger.get('/readyz')).status === 200);
    await person.get('/api/v1/users/me').expect(200);
    await stranger.post('/api/v1/auth/login', login).expect(200);
  });
});
