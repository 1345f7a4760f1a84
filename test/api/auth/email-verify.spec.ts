/** POST /api/v1/auth/email/verify and /verification: who reads the mailbox owns the address. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Actor, bearing, signUp, type Person } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { tokenOf } from '../../support/mails.js';
import { problem } from '../../support/problems.js';

const VERIFY = '/api/v1/auth/email/verify';
const RESEND = '/api/v1/auth/email/verification';

describe('proving an address', () => {
  let app: TestApp;
  let anonymous: Actor;
  let person: Person;

  beforeAll(async () => {
    app = await sharedApp();
    anonymous = new Actor(app, null);
  });

  beforeEach(async () => {
    person = await signUp(app);
  });

  async function isVerified(): Promise<boolean> {
    return (await person.get('/api/v1/users/me').expect(200)).body.emailVerified as boolean;
  }

  describe('POST /verify', () => {
    it('proves the address, at once for the sessions there are', async () => {
      expect(await isVerified()).toBe(false);
      await person.post(VERIFY, { token: tokenOf(await app.mails.waitFor(person.email)) }).expect(200);
      expect(await isVerified()).toBe(true);
    });

    it('is recorded once', async () => {
      const token = tokenOf(await app.mails.waitFor(person.email));
      await anonymous.post(VERIFY, { token }).expect(200);
      await anonymous.post(VERIFY, { token }).expect(422);
      const sql = "SELECT actor_id FROM audit_events WHERE user_id = $1 AND action = 'user.email_verified'";
      expect(await app.db(sql, [person.id])).toEqual([{ actor_id: person.id }]);
    });

    it('ignores a credential that comes along', async () => {
      const token = tokenOf(await app.mails.waitFor(person.email));
      await new Actor(app, 'stale.bearer.text').post(VERIFY, { token }).expect(200);
    });

    it('validates (422): refuses an expired link', async () => {
      const token = tokenOf(await app.mails.waitFor(person.email));
      await app.db("UPDATE mailed_secrets SET expires_at = now() - interval '1 second' WHERE user_id = $1", [
        person.id,
      ]);
      await anonymous.post(VERIFY, { token }).expect(problem(422, 'validation_failed'));
      expect(await isVerified()).toBe(false);
    });

    it('validates (422): refuses a link of another purpose, and leaves it good', async () => {
      await anonymous.post('/api/v1/auth/password/forgot', { email: person.email }).expect(202);
      const token = tokenOf(
        await app.mails.waitFor(person.email, ({ subject }) => subject === 'Choose a new password'),
      );
      await anonymous.post(VERIFY, { token }).expect(problem(422, 'validation_failed'));
      expect(await isVerified()).toBe(false);
      const own = tokenOf(await app.mails.waitFor(person.email, ({ text }) => text.includes('/email/verify')));
      await anonymous.post(VERIFY, { token: own }).expect(200);
      const newPassword = 'quite another pass phrase';
      await anonymous.post('/api/v1/auth/password/reset', { token, newPassword }).expect(200);
    });

    it.each([{ token: 'x'.repeat(43) }, { token: null }, { token: ['x'] }, {}])(
      'validates (422): refuses %j',
      async (body) => {
        await anonymous.post(VERIFY, body).expect(problem(422, 'validation_failed'));
      },
    );
  });

  describe('POST /verification', () => {
    it('mails another link, good for a day', async () => {
      await person.post(RESEND).expect(202, { status: 'accepted' });
      const mail = await app.mails.waitFor(person.email, ({ subject }) => subject === 'Prove your address');
      const [row] = await app.db<{ hours: string }>(
        'SELECT max(extract(epoch FROM expires_at - created_at)) / 3600 AS hours FROM mailed_secrets WHERE user_id = $1',
        [person.id],
      );
      expect(Math.round(Number(row?.hours))).toBe(24);
      await anonymous.post(VERIFY, { token: tokenOf(mail) }).expect(200);
    });

    it('mails nothing when the address is proven', async () => {
      await app.db('UPDATE users SET email_verified_at = now() WHERE id = $1', [person.id]);
      await person.post(RESEND).expect(202);
      expect(await app.db('SELECT 1 FROM mailed_secrets WHERE user_id = $1', [person.id])).toHaveLength(1);
    });

    it('authenticates (401)', async () => {
      await anonymous.post(RESEND).expect(problem(401, 'unauthenticated'));
    });

    it('authorizes (403): no token asks for it', async () => {
      const token = await person.issuePersonalToken(['user:read']);
      await bearing(app, token).post(RESEND).expect(problem(403, 'insufficient_scope'));
    });

    it('limits (429) how often', async () => {
      const limited = await startApp({ env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_PASSWORD_RESET: '2/1h' } });
      const eager = await signUp(limited);
      const answers = [await eager.post(RESEND), await eager.post(RESEND), await eager.post(RESEND)];
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
    });
  });
});
