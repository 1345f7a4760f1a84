/**
 * Strangers cannot make this service's mail server write to somebody as often as they like. Each attack runs at the default
 * limits; what reaches the mailbox is counted in the outbox, once the queue is empty.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Actor, bearing, dbVerifyEmail, PASSWORD, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { problem } from '../../support/problems.js';
import { found } from '../../support/scene.js';
import { inLanes } from '../../support/sources.js';
import { until } from '../../support/until.js';

/** RATE_LIMIT_INVITED_MAILBOX and RATE_LIMIT_ACCOUNT_MAILS, as they are by default. */
const INVITATIONS_A_DAY = 10;
const ACCOUNT_MAILS_AN_HOUR = 10;

describe('at the default limits', () => {
  let app: TestApp;
  let beside: TestApp;
  beforeAll(async () => {
    const env = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_REGISTRATION: '1000/1h' };
    app = await startApp({ env });
    beside = await startApp({ beside: app, env });
  });

  /** Mails to this mailbox, under whichever tag, after all that was queued is done. */
  async function received(mailbox: string): Promise<string[]> {
    await until(async () => (await app.db('SELECT FROM graphile_worker._private_jobs')).length === 0);
    const untagged = (address: string): string => address.toLowerCase().replace(/\+[^@]*/, '');
    return (await app.mails.all()).filter(({ to }) => untagged(to) === mailbox).map(({ subject }) => subject);
  }

  const tagged = (mailbox: string, tag: string | number): string => mailbox.replace('@', `+${String(tag)}@`);

  it('four unproven accounts send no invitation, in a session or through any token', async () => {
    const victim = uniqueEmail('victim');
    const attackers = await Promise.all(Array.from({ length: 4 }, () => signUp(app, 'Mallory')));
    for (const attacker of attackers) {
      const { path, id } = await found(attacker);
      const personal = await attacker.issuePersonalToken(['members:manage']);
      const organizational = await attacker.issueOrganizationToken(id, ['members:manage']);
      for (const caller of [attacker, bearing(app, personal), bearing(app, organizational)]) {
        const body = { email: victim, role: 'viewer' };
        await caller.post(`${path}/invitations`, body).expect(problem(403, 'email_unproven'));
      }
    }
    expect(await received(victim)).toEqual([]);
  }, 180_000);

  it('four proven accounts with 15 invitations each send no more than one mailbox takes in a day', async () => {
    const victim = uniqueEmail('victim');
    const attackers = await Promise.all(Array.from({ length: 4 }, () => signUp(app, 'Mallory')));
    await dbVerifyEmail(...attackers);
    const statuses = await Promise.all(attackers.flatMap((attacker) => cannonade(attacker, victim)));
    // 503 by a busy machine is no mail either.
    const answered = new Set(statuses.flat().filter((status) => status !== 503));
    expect(answered).toEqual(new Set([201, 429]));
    const mails = await received(victim);
    expect(mails.length).toBeLessThanOrEqual(INVITATIONS_A_DAY);
    expect(statuses.flat().filter((status) => status === 201).length).toBeLessThanOrEqual(INVITATIONS_A_DAY);
    expect(mails.length).toBeGreaterThan(0);
  }, 180_000);

  /** Several organizations, both instances, and a tag of the mailbox each time. */
  async function cannonade(attacker: Person, victim: string): Promise<number[]> {
    const places = await Promise.all([found(attacker), found(attacker), found(attacker)]);
    const shots = Array.from({ length: 15 }, (_, shot) => async () => {
      const { path } = places[shot % places.length] ?? { path: '' };
      const email = shot % 2 ? victim : tagged(victim, shot);
      const from = attacker.at(shot % 3 ? app : beside);
      return (await from.post(`${path}/invitations`, { email, role: 'viewer' })).status;
    });
    return inLanes(3, shots);
  }

  it('one inviter leaves room for others at the same mailbox, and spends nothing of it with refused invitations', async () => {
    const colleague = await signUp(app, 'Colleague');
    const [rival, boss] = [await signUp(app, 'Rival'), await signUp(app, 'Boss')];
    await dbVerifyEmail(rival, boss);
    await cannonade(rival, colleague.email);
    const { path } = await found(boss);
    const body = { email: boss.email, role: 'viewer' };
    for (let times = 0; times < 15; times += 1) {
      await boss.post(`${path}/invitations`, body).expect(problem(409, 'already_member'));
    }
    await boss.post(`${path}/invitations`, { email: colleague.email, role: 'viewer' }).expect(201);
  }, 180_000);

  it('answers alike for an address with an account and one without, and says when to come back', async () => {
    const owner = await signUp(app, 'Owner');
    await dbVerifyEmail(owner);
    const { path } = await found(owner);
    const outcomes = async (email: string): Promise<object[]> => {
      const answers = [];
      for (let times = 0; times < 5; times += 1) {
        const { status, headers, body } = await owner.post(`${path}/invitations`, { email, role: 'viewer' });
        answers.push({ status, code: (body as { code?: string }).code, waits: 'retry-after' in headers });
      }
      return answers;
    };
    const [known, unknown] = [await outcomes((await signUp(app)).email), await outcomes(uniqueEmail())];
    expect(known).toEqual(unknown);
    expect(known.at(-1)).toEqual({ status: 429, code: 'rate_limited', waits: true });
  }, 180_000);

  it('an admin invites a hundred colleagues of one company in one go', async () => {
    const admin = await signUp(app, 'Admin');
    await dbVerifyEmail(admin);
    const { path } = await found(admin);
    for (let colleague = 0; colleague < 100; colleague += 1) {
      const email = `${String(colleague)}.${uniqueEmail('colleague')}`;
      await admin.post(`${path}/invitations`, { email, role: 'member' }).expect(201);
    }
  }, 180_000);

  it('registrations under thirty tags of one mailbox send no more mails than an hour has', async () => {
    const victim = uniqueEmail('victim');
    const anonymous = new Actor(app, null);
    for (let tag = 0; tag < 30; tag += 1) {
      const body = { email: tagged(victim, tag), password: PASSWORD, name: 'Mallory' };
      await anonymous.post('/api/v1/auth/register', body).expect(202);
    }
    const mails = await received(victim);
    expect(mails.length).toBeLessThanOrEqual(ACCOUNT_MAILS_AN_HOUR);
    expect(mails).toContain('Welcome to Latchkey');
  }, 180_000);

  it('changes of the password of an unproven account send no more mails than an hour has', async () => {
    const squatter = await signUp(app, 'Mallory', uniqueEmail('victim'));
    const passwords = [PASSWORD, 'another long pass phrase 43'];
    for (let change = 0; change < 20; change += 1) {
      const [currentPassword = '', newPassword = ''] = change % 2 ? [...passwords].reverse() : passwords;
      await squatter.post('/api/v1/auth/password/change', { currentPassword, newPassword }).expect(200);
    }
    const mails = await received(squatter.email);
    expect(mails.length).toBeLessThanOrEqual(ACCOUNT_MAILS_AN_HOUR);
    expect(mails).toContain('Your password was changed');
  }, 180_000);

  it('mails about accounts at tags of a mailbox take nothing from the proven account of its owner', async () => {
    const owner = await signUp(app, 'Owner', uniqueEmail('owner'));
    await dbVerifyEmail(owner);
    const anonymous = new Actor(app, null);
    for (let tag = 0; tag < 15; tag += 1) {
      const body = { email: tagged(owner.email, tag), password: PASSWORD, name: 'Mallory' };
      await anonymous.post('/api/v1/auth/register', body).expect(202);
    }
    await received(owner.email);
    await owner.post('/api/v1/auth/password/change', {
      currentPassword: PASSWORD,
      newPassword: 'another long pass phrase 43',
    });
    expect(await received(owner.email)).toContain('Your password was changed');
  }, 180_000);
});
