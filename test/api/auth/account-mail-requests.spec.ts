/**
 * POST /auth/password/forgot and /auth/register do the same for every address before they answer: they look nothing up, so
 * no lock, no load and no full pool can make a known address answer later than an unknown one.
 */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Actor, PASSWORD, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { sharedApp, type TestApp } from '../../support/app.js';

const FORGOT = '/api/v1/auth/password/forgot';
const REGISTER = '/api/v1/auth/register';

describe('a request for a mail about an account', () => {
  let app: TestApp;
  let anonymous: Actor;
  let person: Person;
  let operator: pg.Client;

  beforeAll(async () => {
    app = await sharedApp();
    anonymous = new Actor(app, null);
  });

  beforeEach(async () => {
    person = await signUp(app);
    await app.mails.waitFor(person.email);
    operator = new pg.Client({ connectionString: app.database.url });
    await operator.connect();
    await operator.query('BEGIN');
  });

  afterEach(async () => {
    await operator.end();
  });

  /** Nobody else may read the account's row for writing, or touch a mailed secret, until the transaction ends. */
  async function dbLock(): Promise<void> {
    await operator.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [person.id]);
    await operator.query('LOCK TABLE mailed_secrets IN ACCESS EXCLUSIVE MODE');
  }

  async function dbJobs(): Promise<{ task: string; payload: string }[]> {
    return app.db(`SELECT t.identifier AS task, j.payload::text AS payload FROM graphile_worker._private_jobs j
      JOIN graphile_worker._private_tasks t ON t.id = j.task_id ORDER BY j.id`);
  }

  const registration = (email: string) => ({ email, password: PASSWORD, name: 'R' });

  it.each([
    ['forgot', FORGOT, (email: string) => ({ email }), 'Choose a new password'],
    ['register', REGISTER, registration, 'You already have an account'],
  ])(
    'by %s is answered for a known address while its row is locked, and mailed later',
    async (_, path, body, subject) => {
      await dbLock();
      await anonymous.post(path, body(person.email)).expect(202, { status: 'accepted' });
      await operator.query('COMMIT');
      await app.mails.waitFor(person.email, (mail) => mail.subject === subject);
    },
  );

  it('leaves the same job for a known, an unknown and a disabled address, in which no address can be read', async () => {
    const disabled = await signUp(app);
    await app.db('UPDATE users SET disabled_at = now() WHERE id = $1', [disabled.id]);
    await operator.query('LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    const emails = [person.email, uniqueEmail(), disabled.email];
    for (const email of emails) await anonymous.post(FORGOT, { email }).expect(202);
    const jobs = await dbJobs();
    expect(jobs.map(({ task }) => task)).toEqual(Array(3).fill('account-mail'));
    expect(new Set(jobs.map(({ payload }) => payload.length)).size).toBe(1);
    for (const email of emails) expect(JSON.stringify(jobs)).not.toContain(email);
  });

  it('is recorded for a taken address without telling whose', async () => {
    await anonymous.post(REGISTER, registration(person.email)).expect(202);
    const [event] = await app.db("SELECT * FROM audit_events WHERE action = 'user.registration_refused'");
    expect(event).toMatchObject({ actor_kind: 'anonymous', user_id: null, target_id: null, ip: '127.0.0.1' });
  });
});
