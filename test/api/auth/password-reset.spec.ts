/** POST /api/v1/auth/password/forgot and /reset: back into an account by its mailbox. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Actor, bearing, PASSWORD, signIn, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { tokenOf } from '../../support/mails.js';
import { anonymized, problem } from '../../support/problems.js';
import { refresh } from '../../support/sessions.js';

const FORGOT = '/api/v1/auth/password/forgot';
const RESET = '/api/v1/auth/password/reset';
const ME = '/api/v1/users/me';
const NEW_PASSWORD = 'quite another pass phrase';

describe('a forgotten password', () => {
  let app: TestApp;
  let anonymous: Actor;
  let person: Person;

  beforeAll(async () => {
    app = await sharedApp();
    anonymous = new Actor(app, null);
  });

  beforeEach(async () => {
    person = await signUp(app, 'Fiona', uniqueEmail('fiona'));
  });

  async function mailedToken(count = 1): Promise<string> {
    await anonymous.post(FORGOT, { email: person.email }).expect(202);
    for (;;) {
      const mails = (await app.mails.to(person.email)).filter(({ subject }) => subject === 'Choose a new password');
      if (mails.length >= count) return mails.map(tokenOf).at(-1) ?? '';
      await app.mails.waitFor(person.email, ({ subject }) => subject === 'Choose a new password');
    }
  }

  function reset(token: string, fields: object = {}) {
    return anonymous.post(RESET, { token, newPassword: NEW_PASSWORD, ...fields });
  }

  describe('POST /forgot', () => {
    it('answers alike for known, unknown and disabled addresses', async () => {
      const disabled = await signUp(app);
      await app.db('UPDATE users SET disabled_at = now() WHERE id = $1', [disabled.id]);
      const emails = [person.email, uniqueEmail(), disabled.email];
      const answers = await Promise.all(emails.map((email) => anonymous.post(FORGOT, { email })));
      expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([202, { status: 'accepted' }]));
      expect(new Set(answers.map(({ headers }) => Object.keys(headers).sort().join())).size).toBe(1);
    });

    it('mails the link to the address as its owner wrote it, however it is spelled here', async () => {
      await anonymous.post(FORGOT, { email: person.email.replace('fiona', 'fıona') }).expect(202);
      const mail = await app.mails.waitFor(person.email, ({ subject }) => subject === 'Choose a new password');
      expect(mail.text).toContain(`${app.config.http.dashboardUrl}/password/reset?token=`);
    });

    it('changes nothing by itself', async () => {
      await mailedToken();
      await person.get(ME).expect(200);
      await signIn(app, person.email);
    });

    it('limits (429) a source, and fills no mailbox from many, without telling', async () => {
      const env = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_PASSWORD_RESET: '3/1h', TRUSTED_PROXIES: '127.0.0.1' };
      const limited = await startApp({ env });
      const { email } = await signUp(limited);
      const from = (ip: string) => new Actor(limited, null).post(FORGOT, { email }).set('x-forwarded-for', ip);
      for (let index = 0; index < 3; index += 1) await from('203.0.113.1').expect(202);
      await from('203.0.113.1').expect(problem(429, 'rate_limited'));
      for (let index = 2; index < 6; index += 1) await from(`203.0.113.${String(index)}`).expect(202);
      const secrets = await limited.db("SELECT 1 FROM mailed_secrets WHERE purpose = 'reset_password'");
      expect(secrets).toHaveLength(2);
    });

    it.each([{ email: 'nobody' }, { email: { $ne: null } }, {}])('validates (422): refuses %j', async (body) => {
      await anonymous.post(FORGOT, body).expect(problem(422, 'validation_failed'));
    });
  });

  describe('POST /reset', () => {
    it('sets the new password, ends every session and tells the owner', async () => {
      const second = await signIn(app, person.email);
      await reset(await mailedToken()).expect(200);
      await person.get(ME).expect(401);
      await refresh(app, second.cookie).expect(401);
      await anonymous.post('/api/v1/auth/login', { email: person.email, password: PASSWORD }).expect(401);
      await signIn(app, person.email, 'Fiona', NEW_PASSWORD);
      await app.mails.waitFor(person.email, ({ subject }) => subject === 'Your password was changed');
    });

    it('proves the address', async () => {
      await reset(await mailedToken()).expect(200);
      const back = await signIn(app, person.email, 'Fiona', NEW_PASSWORD);
      expect((await back.get(ME)).body.emailVerified).toBe(true);
    });

    it('leaves the personal tokens of a proven owner alive', async () => {
      await app.db('UPDATE users SET email_verified_at = now() WHERE id = $1', [person.id]);
      const token = await person.issuePersonalToken(['user:read']);
      await reset(await mailedToken()).expect(200);
      await bearing(app, token).get(ME).expect(200);
    });

    it('revokes them when asked to', async () => {
      await app.db('UPDATE users SET email_verified_at = now() WHERE id = $1', [person.id]);
      const token = await person.issuePersonalToken(['user:read']);
      await reset(await mailedToken(), { revokeTokens: true }).expect(200);
      await bearing(app, token).get(ME).expect(401);
    });

    it('revokes them when the address was unproven: whoever made them may have squatted it', async () => {
      const token = await person.issuePersonalToken(['user:read']);
      await reset(await mailedToken()).expect(200);
      await bearing(app, token).get(ME).expect(401);
    });

    it('works once, of twenty parallel tries too', async () => {
      const token = await mailedToken();
      const tries = await Promise.all(Array.from({ length: 20 }, () => reset(token)));
      expect(tries.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(tries.filter(({ status }) => status === 422)).toHaveLength(19);
    });

    it('leaves an older link valid until one is used, and then none', async () => {
      const [first, second] = [await mailedToken(1), await mailedToken(2)];
      await reset(first).expect(200);
      await reset(second).expect(422);
    });

    it('is recorded', async () => {
      await reset(await mailedToken()).expect(200);
      const sql = "SELECT action FROM audit_events WHERE user_id = $1 AND action LIKE 'user.password%' ORDER BY id";
      const actions = (await app.db(sql, [person.id])).map(({ action }) => action);
      expect(actions).toEqual(['user.password_reset_requested', 'user.password_reset']);
    });

    describe('validates (422)', () => {
      it('answers an unknown, a used, an expired and another purpose’s token alike', async () => {
        const used = await mailedToken();
        await reset(used).expect(200);
        const expired = await mailedToken(2);
        await app.db(
          `UPDATE mailed_secrets SET expires_at = now() - interval '1 second'
          WHERE user_id = $1 AND purpose = 'reset_password'`,
          [person.id],
        );
        const other = tokenOf(await app.mails.waitFor(person.email, ({ text }) => text.includes('/email/verify')));
        const answers = await Promise.all(['x'.repeat(43), used, expired, other].map((token) => reset(token)));
        expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
        expect(new Set(answers.map((answer) => JSON.stringify(anonymized(answer)))).size).toBe(1);
      });

      it('keeps the link good when the password is refused', async () => {
        const token = await mailedToken();
        await reset(token, { newPassword: 'passwordpassword' }).expect(problem(422, 'validation_failed'));
        await reset(token).expect(200);
      });

      it.each([{ token: '' }, { token: 42 }, { newPassword: 'too short' }, { revokeTokens: 1 }, { email: 'x' }])(
        'refuses %j',
        async (fields) => {
          await reset('x'.repeat(43), fields).expect(problem(422, 'validation_failed'));
        },
      );
    });
  });
});
