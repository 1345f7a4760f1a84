/**
 * The first proof of an address: who registered it need not be who reads its mailbox, so what was made before ends, unless
 * the proof comes with a session of that very account.
 */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Test } from 'supertest';
import { Actor, bearing, PASSWORD, signIn, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { sharedApp, type TestApp } from '../../support/app.js';
import { tokenOf } from '../../support/mails.js';
import { dbInvite } from '../../support/organizations.js';
import { found } from '../../support/scene.js';
import { refresh } from '../../support/sessions.js';

const VERIFY = '/api/v1/auth/email/verify';
const FORGOT = '/api/v1/auth/password/forgot';
const RESET = '/api/v1/auth/password/reset';
const ME = '/api/v1/users/me';
const NEW_PASSWORD = 'quite another pass phrase';

describe('the first proof of an address', () => {
  let app: TestApp;
  let anonymous: Actor;
  let squatter: Person;
  let token: Actor;

  beforeAll(async () => {
    app = await sharedApp();
    anonymous = new Actor(app, null);
  });

  beforeEach(async () => {
    squatter = await signUp(app, 'Victim', uniqueEmail('victim'));
    token = bearing(app, await squatter.issuePersonalToken(['user:read']));
  });

  async function link(): Promise<string> {
    return tokenOf(await app.mails.waitFor(squatter.email, ({ text }) => text.includes('/email/verify')));
  }

  async function resetToken(): Promise<string> {
    await anonymous.post(FORGOT, { email: squatter.email }).expect(202);
    return tokenOf(await app.mails.waitFor(squatter.email, ({ subject }) => subject === 'Choose a new password'));
  }

  function reset(by: Actor, secret: string): Test {
    return by.post(RESET, { token: secret, newPassword: NEW_PASSWORD });
  }

  describe('by link, without a session of the account', () => {
    it('ends every session with its refresh token, and every personal token', async () => {
      const second = await signIn(app, squatter.email);
      await anonymous.post(VERIFY, { token: await link() }).expect(200);
      await squatter.get(ME).expect(401);
      await second.get(ME).expect(401);
      await refresh(app, second.cookie).expect(401);
      await token.get(ME).expect(401);
    });

    it('ends a token that was signed in for with the password', async () => {
      const login = { email: squatter.email, password: PASSWORD };
      const { body } = await anonymous.post('/login/token', login).expect(200);
      await anonymous.post(VERIFY, { token: await link() }).expect(200);
      await bearing(app, body as { secret: string })
        .get('/api/v1/token')
        .expect(401);
    });

    it('lets the honest newcomer, who opens the link elsewhere, sign in again', async () => {
      await anonymous.post(VERIFY, { token: await link() }).expect(200);
      const back = await signIn(app, squatter.email);
      expect((await back.get(ME).expect(200)).body.emailVerified).toBe(true);
    });

    it('is recorded with how much it ended', async () => {
      await anonymous.post(VERIFY, { token: await link() }).expect(200);
      const sql = "SELECT details FROM audit_events WHERE user_id = $1 AND action = 'user.email_verified'";
      expect(await app.db(sql, [squatter.id])).toEqual([{ details: { endedSessions: 1, revokedTokens: 1 } }]);
    });

    const others: [string, () => Promise<Actor>][] = [
      ['somebody else’s session', () => signUp(app)],
      ['a personal token of the account', async () => bearing(app, await squatter.issuePersonalToken(['user:read']))],
      ['a session that is over', () => endedSession()],
      ['a forged bearer', async () => new Actor(app, `${String(squatter.credential).slice(0, -9)}AAAAAAAAA`)],
    ];

    it.each(others)('does not take %s for one', async (_, actor) => {
      const by = await actor();
      await by.post(VERIFY, { token: await link() }).expect(200);
      await squatter.get(ME).expect(401);
      await token.get(ME).expect(401);
    });

    it.each([
      ['a used refresh cookie', (cookie: string) => refresh(app, cookie).expect(200), {}],
      ['a cookie sent by a foreign site', async () => undefined, { origin: 'https://evil.example' }],
    ])('does not take %s for one', async (_, before, headers) => {
      await before(squatter.cookie);
      await anonymous
        .post(VERIFY, { token: await link() })
        .set('cookie', squatter.cookie)
        .set(headers)
        .expect(200);
      await token.get(ME).expect(401);
    });

    it('leaves nothing alive that is made at the same moment', async () => {
      const secret = await link();
      const issuing = Array.from({ length: 8 }, (_, index) =>
        squatter.post('/api/v1/users/me/tokens', {
          label: `t${String(index)}`,
          scopes: ['user:read'],
          expiresAt: null,
        }),
      );
      const [proof, ...issued] = await Promise.all([anonymous.post(VERIFY, { token: secret }), ...issuing]);
      expect(proof.status).toBe(200);
      for (const { status, body } of issued) {
        if (status === 201)
          await bearing(app, body as { secret: string })
            .get(ME)
            .expect(401);
        else expect(status).toBe(401);
      }
    });
  });

  describe('with a session of the account', () => {
    it.each([
      ['its bearer', (by: Person) => ({ authorization: `Bearer ${String(by.credential)}` })],
      ['its refresh cookie', (by: Person) => ({ cookie: by.cookie })],
    ])('by link with %s ends nothing', async (_, headers) => {
      const second = await signIn(app, squatter.email);
      await anonymous
        .post(VERIFY, { token: await link() })
        .set(headers(second))
        .expect(200);
      await squatter.get(ME).expect(200);
      await second.get(ME).expect(200);
      await token.get(ME).expect(200);
    });

    it('by reset leaves personal tokens', async () => {
      await reset(squatter, await resetToken()).expect(200);
      await token.get(ME).expect(200);
      await squatter.get(ME).expect(401);
    });

    it('by an invitation’s mailed token ends nothing', async () => {
      const owner = await signUp(app);
      const { id } = await found(owner);
      const { secret } = await dbInvite(app, id, { email: squatter.email, invitedBy: owner.id });
      await squatter.post('/api/v1/invitations/accept', { token: secret }).expect(200);
      await token.get(ME).expect(200);
    });
  });

  describe('by reset, without a session of the account', () => {
    it('ends every session and every personal token', async () => {
      await reset(anonymous, await resetToken()).expect(200);
      await squatter.get(ME).expect(401);
      await token.get(ME).expect(401);
    });
  });

  describe('by link, when the one who registered signs in again with the old password', () => {
    let again: Actor;

    beforeEach(async () => {
      await anonymous.post(VERIFY, { token: await link() }).expect(200);
      again = bearing(app, await (await signIn(app, squatter.email)).issuePersonalToken(['user:read']));
    });

    it('lets the owner’s first reset end that, too: the old password was never shown with the mailbox', async () => {
      await reset(anonymous, await resetToken()).expect(200);
      await again.get(ME).expect(401);
    });

    it('lets later resets leave tokens, as they do for a proven owner', async () => {
      await reset(anonymous, await resetToken()).expect(200);
      const owner = await signIn(app, squatter.email, 'Victim', NEW_PASSWORD);
      const own = bearing(app, await owner.issuePersonalToken(['user:read']));
      await anonymous.post(FORGOT, { email: squatter.email }).expect(202);
      const mails = async () =>
        (await app.mails.to(squatter.email)).filter(({ subject }) => subject === 'Choose a new password');
      while ((await mails()).length < 2) await app.mails.waitFor(squatter.email);
      const secret = tokenOf((await mails()).at(-1) ?? { text: '' });
      await anonymous.post(RESET, { token: secret, newPassword: 'and a third pass phrase' }).expect(200);
      await own.get(ME).expect(200);
    });
  });

  describe('a later proof', () => {
    it('ends nothing, for the address was proven', async () => {
      const secret = await link();
      await app.db('UPDATE users SET email_verified_at = now() WHERE id = $1', [squatter.id]);
      await anonymous.post(VERIFY, { token: secret }).expect(200);
      await squatter.get(ME).expect(200);
      await token.get(ME).expect(200);
    });
  });

  async function endedSession(): Promise<Actor> {
    const other = await signIn(app, squatter.email);
    await other.post('/api/v1/auth/logout').expect(204);
    return other;
  }
});
