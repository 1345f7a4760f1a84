/** A mail that is delayed by its server is not delivered when what it offers is gone, and never says "within an hour". */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Actor, dbVerifyEmail, PASSWORD, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { tokenOf } from '../../support/mails.js';
import { found, type Organization } from '../../support/scene.js';
import { startSmtp, type SmtpSink } from '../../support/smtp.js';
import { until } from '../../support/until.js';

const FORGOT = '/api/v1/auth/password/forgot';

let smtp: SmtpSink;
let app: TestApp;
let person: Person;
let organization: Organization;

beforeAll(async () => {
  smtp = await startSmtp();
  app = await startApp({ env: { SMTP_URL: smtp.url } });
});

beforeEach(async () => {
  person = await signUp(app);
  await dbVerifyEmail(person);
  organization = await found(person);
  await deliver();
  smtp.accepted.length = 0;
});

afterAll(() => smtp.close());

describe('a mail whose link has died while it waited', () => {
  it.each(['expires_at', 'used_at'])('is not sent when its reset link is over: %s', async (column) => {
    await delayed(() => new Actor(app, null).post(FORGOT, { email: person.email }).expect(202));
    await app.db(`UPDATE mailed_secrets SET ${column} = clock_timestamp() - interval '1 second' WHERE user_id = $1`, [
      person.id,
    ]);
    expect(await deliver()).toEqual([]);
  });

  it('is not sent when the user is disabled', async () => {
    await delayed(() => new Actor(app, null).post(FORGOT, { email: person.email }).expect(202));
    await app.db('UPDATE users SET disabled_at = now() WHERE id = $1', [person.id]);
    expect(await deliver()).toEqual([]);
  });

  it('is not sent when the user is deleted, who is told of the deletion alone', async () => {
    await delayed(() => new Actor(app, null).post(FORGOT, { email: person.email }).expect(202));
    await person.delete(organization.path, { confirm: organization.slug }).expect(204);
    await person.delete('/api/v1/users/me', { password: PASSWORD }).expect(204);
    expect(await deliver()).toEqual(['Your account was deleted']);
  });

  it('is not sent when the address was proven by another', async () => {
    const newcomer = { email: uniqueEmail(), password: PASSWORD, name: 'New' };
    await delayed(() => new Actor(app, null).post('/api/v1/auth/register', newcomer).expect(202));
    await app.db('UPDATE users SET email_verified_at = now() WHERE email = $1', [newcomer.email]);
    expect(await deliver()).toEqual([]);
  });
});

describe('the mail of an invitation', () => {
  async function invited(email: string): Promise<string> {
    const { body } = await person.post(`${organization.path}/invitations`, { email, role: 'viewer' }).expect(201);
    return (body as { id: string }).id;
  }

  it('is not sent when it was cancelled while it waited', async () => {
    const id = await delayed(() => invited(uniqueEmail()));
    await person.delete(`${organization.path}/invitations/${id}`).expect(204);
    expect(await deliver()).toEqual([]);
  });

  it('is not sent when it was renewed; the newer one is', async () => {
    const email = uniqueEmail();
    await delayed(() => invited(email));
    await invited(email);
    expect(await deliver()).toEqual([`Invitation to ${organization.name}`]);
  });

  it('is not sent when it was accepted, or its organization is gone', async () => {
    const id = await delayed(() => invited(uniqueEmail()));
    await app.db('UPDATE invitations SET accepted_at = now() WHERE id = $1', [id]);
    expect(await deliver()).toEqual([]);
    await delayed(() => invited(uniqueEmail()));
    await person.delete(organization.path, { confirm: organization.slug }).expect(204);
    expect(await deliver()).toEqual([]);
  });

  it('is sent late as long as it is open', async () => {
    await delayed(() => invited(uniqueEmail()));
    expect(await deliver()).toEqual([`Invitation to ${organization.name}`]);
  });
});

describe('every mail with a link', () => {
  it('says in UTC until when its link is good', async () => {
    const anonymous = new Actor(app, null);
    const body = { email: person.email, password: PASSWORD, name: 'Again' };
    await anonymous.post('/api/v1/auth/register', body).expect(202);
    await anonymous.post(FORGOT, { email: person.email }).expect(202);
    await signUp(app);
    await deliver();
    expect(smtp.accepted).toHaveLength(3);
    for (const { mail } of smtp.accepted) {
      const text = mail.text ?? '';
      const [row] = await app.db<{ expires_at: Date }>(
        'SELECT expires_at FROM mailed_secrets WHERE secret_hash = sha256($1)',
        [Buffer.from(tokenOf({ text }))],
      );
      expect(text).toContain(`until ${row?.expires_at.toISOString().slice(0, 16).replace('T', ' ')} UTC`);
      expect(text).not.toMatch(/within|hour/);
    }
  });
});

/** Does something whose mail the server does not take at first. */
async function delayed<T>(work: () => Promise<T>): Promise<T> {
  const before = smtp.refused();
  smtp.refuse(1);
  const result = await work();
  await until(async () => smtp.refused() > before && (await dbWaiting()) > 0);
  return result;
}

/** Lets all that waits be tried again, and answers the subjects of what has arrived since the beginning of the test. */
async function deliver(): Promise<(string | undefined)[]> {
  await until(async () => {
    await app.db('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL');
    await app.db(`SELECT pg_notify('jobs:insert', '{"count":1}')`);
    return (await app.db('SELECT FROM graphile_worker._private_jobs')).length === 0;
  });
  return smtp.accepted.map(({ mail }) => mail.subject);
}

async function dbWaiting(): Promise<number> {
  const rows = await app.db('SELECT FROM graphile_worker._private_jobs WHERE attempts > 0 AND locked_at IS NULL');
  return rows.length;
}
