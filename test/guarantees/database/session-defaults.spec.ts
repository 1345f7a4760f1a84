/**
 * What a session begins with belongs to the operator: a role, a database, the server or the URL may each have other
 * defaults. None of them changes what the service does.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { migrate } from '../../../src/platform/database/migrate.js';
import { beginSession } from '../../../src/platform/database/session-settings.js';
import { QueuePool } from '../../../src/platform/queue/queue-pool.js';
import { LIMITER_POOL } from '../../../src/platform/rate-limits/rate-limits.service.js';
import { bearing, signUp, type IssuedToken, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { getAccount, openAccount, OWN_ACCOUNTS, type LedgerAccount } from '../../support/ledger-accounts.js';
import { found, type Organization } from '../../support/scene.js';

/** Of the database, as `ALTER DATABASE … SET` takes them. */
const DEFAULTS = [
  `"DateStyle" = 'German, DMY'`,
  `"TimeZone" = 'Asia/Kathmandu'`,
  `"IntervalStyle" = 'sql_standard'`,
  `bytea_output = 'escape'`,
  'extra_float_digits = -15',
  'array_nulls = off',
  'transform_null_equals = on',
  'standard_conforming_strings = off',
  `client_encoding = 'LATIN1'`,
  `default_transaction_isolation = 'serializable'`,
  'default_transaction_deferrable = on',
  'row_security = off',
  'exit_on_error = on',
  'quote_all_identifiers = on',
];

/** Of the connections that the service opens, by its URL. Longer than a step of the service; shorter than a lock's wait. */
const LIMITS = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout'];
const LIMIT_MS = 700;

interface Asked {
  query(sql: string, values: unknown[]): Promise<unknown>;
}

describe('a database with other defaults', () => {
  let database: TestDatabase;
  let app: TestApp;
  let owner: Person;
  let organization: Organization;
  let token: IssuedToken;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    for (const setting of DEFAULTS) await database.setDefault(setting);
    const url = new URL(database.url);
    url.searchParams.set('options', LIMITS.map((name) => `-c ${name}=${String(LIMIT_MS)}`).join(' '));
    await migrate(url.href);
    app = await startApp({ env: { DATABASE_URL: url.href } });
    owner = await signUp(app, 'Zoë Øwner');
    organization = await found(owner);
    token = await owner.issueOrganizationToken(organization.id, ['tokens:read', 'organization:read'], {
      expiresAt: '2031-02-03T04:05:06.789Z',
    });
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it.each([
    ['request pool', DataSource],
    ['rate limits', LIMITER_POOL],
    ['job queue', QueuePool],
  ] as const)('gives the connections of the %s the settings that the service rests on', async (_, pool) => {
    const { values } = beginSession();
    const differing = (await app.nest.get<Asked>(pool, { strict: false }).query(
      `SELECT name, current_setting(name, true) AS is, value AS should FROM unnest($1::text[], $2::text[]) AS s (name, value)
        WHERE current_setting(name, true) <> value AND name NOT LIKE '%_timeout'`,
      values,
    )) as unknown[] | { rows: unknown[] };

    expect(Array.isArray(differing) ? differing : differing.rows).toEqual([]);
  });

  it('keeps instants, names and hashes as they are', async () => {
    const { body } = await owner.get(`${organization.path}/tokens`).expect(200);
    const listed = (body as { items: Record<string, string>[] }).items.find(({ id }) => id === token.token.id);

    expect(listed).toMatchObject({ expiresAt: '2031-02-03T04:05:06.789Z', status: 'active' });
    expect(Math.abs(Date.parse(listed?.createdAt ?? '') - Date.now())).toBeLessThan(60_000);
    const me = await owner.get('/api/v1/users/me').expect(200);
    expect(me.body).toMatchObject({ name: 'Zoë Øwner' });
    await bearing(app, token).get('/api/v1/token').expect(200);
  });

  it('revokes at once, with its event in the trail', async () => {
    const doomed = await owner.issueOrganizationToken(organization.id, ['tokens:read']);
    await bearing(app, doomed).get('/api/v1/token').expect(200);
    await owner.delete(`${organization.path}/tokens/${doomed.token.id}`).expect(204);
    await bearing(app, doomed).get('/api/v1/token').expect(401);
    const { body } = await owner.get(`${organization.path}/audit-events?targetId=${doomed.token.id}`).expect(200);

    const [revoked] = (body as { items: { action: string; occurredAt: string }[] }).items;
    expect(revoked?.action).toBe('token.revoked');
    expect(Math.abs(Date.parse(revoked?.occurredAt ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('answers a conflict as such, on a connection that stays', async () => {
    const { slug } = organization;
    const { body } = await owner.post('/api/v1/organizations', { name: 'Again', slug }).expect(409);

    expect(body).toMatchObject({ code: 'slug_taken' });
    await owner.get('/api/v1/organizations').expect(200);
  });

  it('lets a write wait for a lock for as long as it may', async () => {
    const operator = new pg.Client(database.url);
    await operator.connect();
    await operator.query('BEGIN');
    await operator.query('SELECT FROM organizations FOR UPDATE');
    const call = owner.patch(organization.path, { name: 'Acme again' }).then(({ status }) => status);
    await new Promise((resolve) => setTimeout(resolve, 2 * LIMIT_MS));
    await operator.query('COMMIT');
    await operator.end();

    expect(await call).toBe(200);
  });

  it('sends mail, and creates a ledger account, by the job queue', async () => {
    const account = await openAccount(owner, OWN_ACCOUNTS);
    const { lastDisbursementAt, privateKey } = (await getAccount(owner, OWN_ACCOUNTS, account).expect(200))
      .body as LedgerAccount;

    expect(privateKey).toEqual(expect.any(String));
    expect(lastDisbursementAt === null || !Number.isNaN(Date.parse(lastDisbursementAt))).toBe(true);
    await app.mails.waitFor(owner.email);
  });
});
