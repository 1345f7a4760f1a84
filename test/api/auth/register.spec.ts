/** POST /api/v1/auth/register: makes an account and never tells whether the address had one. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { domainToASCII } from 'node:url';
import { Actor, PASSWORD, signIn, signUp, uniqueEmail } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { tokenOf } from '../../support/mails.js';
import { anonymized, problem } from '../../support/problems.js';

const REGISTER = '/api/v1/auth/register';
const ACCEPTED = { status: 'accepted' };

describe('POST /api/v1/auth/register', () => {
  let app: TestApp;
  let anonymous: Actor;

  beforeAll(async () => {
    app = await sharedApp();
    anonymous = new Actor(app, null);
  });

  function register(email: string, fields: object = {}) {
    return anonymous.post(REGISTER, { email, password: PASSWORD, name: 'Rosa', ...fields });
  }

  async function dbCount(email: string): Promise<number> {
    return (await app.db('SELECT 1 FROM users WHERE email_key = $1', [email])).length;
  }

  describe('succeeds', () => {
    it('makes an account that may sign in at once', async () => {
      const email = uniqueEmail();
      const { body } = await register(email).expect(202);
      expect(body).toEqual(ACCEPTED);
      const person = await signIn(app, email);
      const profile = await person.get('/api/v1/users/me').expect(200);
      expect(profile.body).toMatchObject({ email, name: 'Rosa', emailVerified: false });
    });

    it('mails a link that proves the address', async () => {
      const email = uniqueEmail();
      await register(email).expect(202);
      const mail = await app.mails.waitFor(email);
      expect(mail.text).toContain(`${app.config.http.dashboardUrl}/email/verify?token=`);
      await anonymous.post('/api/v1/auth/email/verify', { token: tokenOf(mail) }).expect(200);
    });

    it('keeps no password and no mailed secret in readable form', async () => {
      const email = uniqueEmail();
      await register(email).expect(202);
      const secret = tokenOf(await app.mails.waitFor(email));
      const rows = await app.db(
        'SELECT u::text AS u, m::text AS m FROM users u JOIN mailed_secrets m ON m.user_id = u.id WHERE u.email = $1',
        [email],
      );
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(PASSWORD);
      for (const form of [secret, Buffer.from(secret).toString('hex')])
        expect(JSON.stringify(rows)).not.toContain(form);
    });

    it.each([
      ['15 characters', 'kz7 wq2 mv9 xt4'],
      ['64 ASCII characters', 'The quick brown fox jumps over the lazy dog, then naps until six'],
      ['64 emoji of four bytes', '🦊'.repeat(64)],
      ['128 characters', 'correct staple '.repeat(9).slice(0, 128)],
      ['lower case only', 'ambertrombonepelican'],
      ['spaces around', '   plover gannet heron   '],
      ['another script', 'горизонт событий рядом'],
    ])('takes a password of %s exactly as it is', async (_, password) => {
      const email = uniqueEmail();
      await register(email, { password }).expect(202);
      await signIn(app, email, 'Rosa', password);
      await anonymous.post('/api/v1/auth/login', { email, password: [...password].slice(1).join('') }).expect(401);
    });

    it('ignores a credential that comes along', async () => {
      await new Actor(app, 'stale').post(REGISTER, { email: uniqueEmail(), password: PASSWORD, name: 'R' }).expect(202);
    });

    it('is recorded with who and from where, and without the password', async () => {
      const { id } = await signUp(app);
      const [event] = await app.db("SELECT * FROM audit_events WHERE user_id = $1 AND action = 'user.registered'", [
        id,
      ]);
      expect(event).toMatchObject({ actor_kind: 'user', actor_id: id, ip: '127.0.0.1' });
      expect(JSON.stringify(event)).not.toContain(PASSWORD);
    });
  });

  describe('does not reveal who exists', () => {
    it('answers alike for a taken address, and tells its owner by mail', async () => {
      const { email } = await signUp(app);
      const fresh = await register(uniqueEmail());
      const taken = await register(email);
      expect(taken.status).toBe(fresh.status);
      expect(taken.body).toEqual(fresh.body);
      expect(Object.keys(taken.headers).sort()).toEqual(Object.keys(fresh.headers).sort());
      await app.mails.waitFor(email, ({ subject }) => subject === 'You already have an account');
      await signIn(app, email);
    });

    it.each([
      ['upper case', (email: string) => email.toUpperCase()],
      ['surrounding space', (email: string) => ` ${email} `],
      ['full-width letters', (email: string) => email.replace('e', 'ｅ')],
      ['a dotless i', (email: string) => email.replace('i', 'ı')],
    ])('takes %s for the same address and mails its owner as they wrote it', async (_, variant) => {
      const { email } = await signUp(app, 'Rosa', uniqueEmail('emil'));
      await register(variant(email)).expect(202);
      expect(await dbCount(email)).toBe(1);
      await app.mails.waitFor(email, ({ subject }) => subject === 'You already have an account');
    });

    it('takes ß and ss for the same address', async () => {
      const email = uniqueEmail('strasse');
      await Promise.all([register(email).expect(202), register(email.replace('ss', 'ß')).expect(202)]);
      expect(await dbCount(email)).toBe(1);
    });

    it.each([
      ['Unicode first', (domain: string) => [`b\u00fccher-${domain}`, domainToASCII(`b\u00fccher-${domain}`)]],
      ['ASCII first', (domain: string) => [domainToASCII(`b\u00fccher-${domain}`), `b\u00fccher-${domain}`]],
    ])('takes the two forms of a host for one mailbox: %s', async (_, forms) => {
      const [local = '', domain = ''] = uniqueEmail().split('@');
      const [first = '', second = ''] = forms(`${local.slice(-6)}.${domain}`).map((host) => `anna@${host}`);
      await Promise.all([register(first).expect(202), register(second).expect(202)]);
      const { id } = await signIn(app, first);
      expect((await signIn(app, second)).id).toBe(id);
    });

    it('makes one account of twenty parallel registrations, and answers all of them alike', async () => {
      const email = uniqueEmail();
      const answers = await Promise.all(Array.from({ length: 20 }, () => register(email)));
      expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(20).fill([202, ACCEPTED]));
      expect(await dbCount(email)).toBe(1);
    });
  });

  describe('limits (429)', () => {
    it('stops a source that registers too often, whatever addresses it claims to come from', async () => {
      const limited = await startApp({ env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_REGISTRATION: '2/1h' } });
      const answers = [];
      for (let index = 0; index < 3; index += 1) {
        const call = new Actor(limited, null).post(REGISTER, { email: uniqueEmail(), password: PASSWORD, name: 'R' });
        answers.push(await call.set('x-forwarded-for', `203.0.113.${String(index)}`));
      }
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
      expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
    });
  });

  describe('validates (422)', () => {
    it.each([
      ['too short', 'kz7 wq2 mv9 xt', 'must be 15 to 128 characters long'],
      ['too long', 'correct staple '.repeat(9).slice(0, 129), 'must be 15 to 128 characters long'],
      ['common', 'passwordpassword', 'common_password'],
      ['common but for its dashes', 'qwerty-123456789', 'common_password'],
      ['the product', 'Latchkey-2026-07', 'context_words'],
    ])('refuses a password that is %s and names the rule', async (_, password, rule) => {
      const email = uniqueEmail();
      const { body } = await register(email, { password }).expect(problem(422, 'validation_failed'));
      expect(body.errors).toEqual([{ field: 'password', message: expect.stringContaining(rule) }]);
      expect(await dbCount(email)).toBe(0);
    });

    it('refuses a password made of the address and the name', async () => {
      const fields = { name: 'Xanthippe Quillfeather', password: 'xanthippe.quillfeather' };
      const { body } = await register('xanthippe.quillfeather@example.test', fields).expect(422);
      expect(body.errors[0].message).toContain('context_words');
    });

    it('refuses a poor password alike for a taken and a free address', async () => {
      const { email } = await signUp(app);
      const taken = await register(email, { password: 'passwordpassword' });
      const free = await register(uniqueEmail(), { password: 'passwordpassword' });
      expect(anonymized(taken)).toEqual(anonymized(free));
    });

    it.each([
      ['email', 'no address'],
      ['email', { $ne: null }],
      ['email', ['a@example.test']],
      ['email', '"a\r\nBcc: b@example.test"@example.test'],
      ['email', 'ro\u200bsa@example.test'],
      ['password', 123456789012345],
      ['password', 'kz7 wq2 mv9 \0 xt4'],
      ['name', ''],
      ['name', 'Ro\u202esa'],
      ['admin', true],
    ])('refuses %s = %j', async (field, value) => {
      const { body } = await register(uniqueEmail(), { [field]: value }).expect(problem(422, 'validation_failed'));
      expect(body.errors[0].field).toBe(field);
    });
  });
});
