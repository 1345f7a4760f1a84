/** POST /api/v1/auth/password/change: a new password ends every other session. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Actor, bearing, PASSWORD, signIn, signUp, type Person } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { tokenOf } from '../../support/mails.js';
import { problem } from '../../support/problems.js';
import { refresh } from '../../support/sessions.js';

const CHANGE = '/api/v1/auth/password/change';
const ME = '/api/v1/users/me';
const NEW_PASSWORD = 'quite another pass phrase';

describe('POST /api/v1/auth/password/change', () => {
  let app: TestApp;
  let person: Person;

  beforeAll(async () => {
    app = await sharedApp();
  });

  beforeEach(async () => {
    person = await signUp(app, 'Paula');
  });

  function change(who: Actor, fields: object = {}) {
    return who.post(CHANGE, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD, ...fields });
  }

  describe('succeeds', () => {
    it('lets the new password in and the old one no more', async () => {
      await change(person).expect(200);
      await signIn(app, person.email, 'Paula', NEW_PASSWORD);
      const old = { email: person.email, password: PASSWORD };
      await new Actor(app, null).post('/api/v1/auth/login', old).expect(401);
    });

    it('ends all other sessions at once and goes on in this one', async () => {
      const [second, third] = [await signIn(app, person.email), await signIn(app, person.email)];
      await change(person).expect(200);
      await second.get(ME).expect(401);
      await refresh(app, third.cookie).expect(401);
      await person.get(ME).expect(200);
      await refresh(app, person.cookie).expect(200);
    });

    it('leaves personal access tokens alive', async () => {
      const token = await person.issuePersonalToken(['user:read']);
      await change(person).expect(200);
      await bearing(app, token).get(ME).expect(200);
    });

    it('revokes them when asked to', async () => {
      const token = await person.issuePersonalToken(['user:read']);
      await change(person, { revokeTokens: true }).expect(200);
      await bearing(app, token).get(ME).expect(401);
    });

    it('makes reset links from before worthless', async () => {
      await new Actor(app, null).post('/api/v1/auth/password/forgot', { email: person.email }).expect(202);
      const mail = await app.mails.waitFor(person.email, ({ subject }) => subject === 'Choose a new password');
      await change(person).expect(200);
      const reset = { token: tokenOf(mail), newPassword: 'a third long pass phrase' };
      await new Actor(app, null).post('/api/v1/auth/password/reset', reset).expect(422);
    });

    it('tells the owner and the audit trail', async () => {
      await change(person, { revokeTokens: true }).expect(200);
      await app.mails.waitFor(person.email, ({ subject }) => subject === 'Your password was changed');
      const sql = "SELECT details FROM audit_events WHERE user_id = $1 AND action = 'user.password_changed'";
      expect(await app.db(sql, [person.id])).toEqual([{ details: { endedSessions: 0, revokedTokens: 0 } }]);
    });
  });

  describe('authenticates (401)', () => {
    it('refuses a wrong current password, keeps the session and changes nothing', async () => {
      await change(person, { currentPassword: 'not the pass phrase' }).expect(problem(401, 'invalid_credentials'));
      await person.get(ME).expect(200);
      await signIn(app, person.email);
    });

    it('refuses whoever has no session', async () => {
      await change(new Actor(app, null)).expect(problem(401, 'unauthenticated'));
    });

    it('counts as signing in: guesses here are limited there too', async () => {
      const limited = await startApp({ env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_SIGN_IN: '3/15m' } });
      const owner = await signUp(limited);
      const guess = { currentPassword: 'not the pass phrase' };
      for (let index = 0; index < 3; index += 1) await change(owner, guess).expect(401);
      await change(owner).expect(problem(429, 'rate_limited'));
      const login = { email: owner.email, password: PASSWORD };
      await new Actor(limited, null).post('/api/v1/auth/login', login).expect(429);
    });
  });

  it('authorizes (403): no token changes a password', async () => {
    const token = await person.issuePersonalToken(['user:read']);
    await change(bearing(app, token)).expect(problem(403, 'insufficient_scope'));
    await signIn(app, person.email);
  });

  describe('validates (422)', () => {
    it.each([
      [{ newPassword: 'too short' }, 'newPassword'],
      [{ newPassword: 'passwordpassword' }, 'newPassword'],
      [{ newPassword: PASSWORD }, 'newPassword'],
      [{ currentPassword: 42 }, 'currentPassword'],
      [{ revokeTokens: 'yes' }, 'revokeTokens'],
      [{ revokeTokens: null }, 'revokeTokens'],
      [{ userId: 'other' }, 'userId'],
    ])('refuses %j and changes nothing', async (fields, field) => {
      const { body } = await change(person, fields).expect(problem(422, 'validation_failed'));
      expect(body.errors[0].field).toBe(field);
      await signIn(app, person.email);
    });
  });
});
