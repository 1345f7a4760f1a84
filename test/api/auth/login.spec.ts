/** POST /api/v1/auth/login: opens a session for whoever knows the password, and tells nobody else anything. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { PasswordHashing } from '../../../src/auth/passwords/password-hashing.service.js';
import { Actor, PASSWORD, signIn, signUp, uniqueEmail } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { anonymized, problem } from '../../support/problems.js';
import { refresh } from '../../support/sessions.js';

const LOGIN = '/api/v1/auth/login';
const ME = '/api/v1/users/me';

describe('POST /api/v1/auth/login', () => {
  let app: TestApp;
  let anonymous: Actor;

  beforeAll(async () => {
    app = await sharedApp();
    anonymous = new Actor(app, null);
  });

  describe('succeeds', () => {
    it('answers a bearer for ten minutes and who it is', async () => {
      const { email, id } = await signUp(app, 'Lena');
      const { body, headers } = await anonymous.post(LOGIN, { email, password: PASSWORD }).expect(200);
      expect(body).toEqual({
        accessToken: expect.any(String),
        tokenType: 'Bearer',
        expiresIn: 600,
        user: { id, email, name: 'Lena' },
      });
      expect(headers['cache-control']).toBe('no-store');
      await new Actor(app, body.accessToken).get(ME).expect(200);
    });

    it('puts the refresh token into a cookie that scripts and other sites cannot use, and nowhere else', async () => {
      const { email } = await signUp(app);
      const { headers, text } = await anonymous.post(LOGIN, { email, password: PASSWORD });
      const [cookie = '', ...others] = headers['set-cookie'] as unknown as string[];
      expect(others).toEqual([]);
      expect(cookie).toMatch(/^latchkey_refresh=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/);
      expect(text).not.toContain(cookie.slice('latchkey_refresh='.length).split(';')[0]);
    });

    it('makes that a __Host- cookie, secure, where the service is reached by https', async () => {
      const secure = await startApp({ env: { PUBLIC_URL: 'https://latchkey.example.test' } });
      const { email } = await signUp(secure);
      const { headers } = await new Actor(secure, null).post(LOGIN, { email, password: PASSWORD });
      const cookie = String(headers['set-cookie']);
      expect(cookie).toMatch(
        /^__Host-latchkey_refresh=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      );
    });

    it('takes any spelling of the address', async () => {
      const { email, id } = await signUp(app);
      expect((await signIn(app, ` ${email.toUpperCase()} `)).id).toBe(id);
    });

    it('opens another session each time and ends the one whose cookie came along', async () => {
      const first = await signUp(app);
      const response = await request(app.url)
        .post(LOGIN)
        .set('cookie', first.cookie)
        .send({ email: first.email, password: PASSWORD });
      expect(response.status).toBe(200);
      expect(String(response.headers['set-cookie'])).not.toContain(first.cookie);
      await first.get(ME).expect(401);
      await new Actor(app, response.body.accessToken).get(ME).expect(200);
    });

    it('forgets sessions that ended long ago, and no others', async () => {
      const person = await signUp(app);
      await signIn(app, person.email);
      const age = "UPDATE sessions SET expires_at = now() - interval '91 days' WHERE id = $1";
      await app.db(age, [person.cookie.slice('latchkey_refresh='.length).split('.')[0]]);
      await signIn(app, person.email);
      expect(await app.db('SELECT 1 FROM sessions WHERE user_id = $1', [person.id])).toHaveLength(2);
    });

    it('is not disturbed by a stale bearer or a foreign cookie', async () => {
      const { email } = await signUp(app);
      const call = new Actor(app, 'stale.bearer.text').post(LOGIN, { email, password: PASSWORD });
      await call.set('cookie', 'latchkey_refresh=planted; other=1').expect(200);
    });

    it('hashes the password anew when the cost has changed, also for parallel sign-ins', async () => {
      const { email, id } = await signUp(app);
      const dearer = await startApp({ beside: app, env: { PASSWORD_BCRYPT_COST: '5' } });
      await Promise.all([signIn(dearer, email), signIn(dearer, email), signIn(dearer, email)]);
      const [row] = await app.db('SELECT password_hash FROM users WHERE id = $1', [id]);
      expect(row?.password_hash).toMatch(/^\$2b\$05\$/);
      await signIn(dearer, email);
    });

    it('is recorded', async () => {
      const { id } = await signUp(app);
      const [event] = await app.db("SELECT * FROM audit_events WHERE user_id = $1 AND action = 'session.signed_in'", [
        id,
      ]);
      expect(event).toMatchObject({ actor_id: id, target_kind: 'session', ip: '127.0.0.1' });
    });
  });

  describe('authenticates (401)', () => {
    it('answers a wrong password, an unknown address and a disabled user alike', async () => {
      const known = await signUp(app);
      const disabled = await signUp(app);
      await app.db('UPDATE users SET disabled_at = now() WHERE id = $1', [disabled.id]);
      const wrong = await anonymous.post(LOGIN, { email: known.email, password: 'not the pass phrase' });
      const unknown = await anonymous.post(LOGIN, { email: uniqueEmail(), password: PASSWORD });
      const off = await anonymous.post(LOGIN, { email: disabled.email, password: PASSWORD });
      expect(wrong.status).toBe(401);
      expect(wrong.body.code).toBe('invalid_credentials');
      for (const other of [unknown, off]) {
        expect(anonymized(other)).toEqual(anonymized(wrong));
        expect(Object.keys(other.headers).sort()).toEqual(Object.keys(wrong.headers).sort());
        expect(other.headers['set-cookie']).toBeUndefined();
      }
    });

    it('reads a password to its end, past 72 bytes', async () => {
      const email = uniqueEmail();
      const head = 'seventy-two bytes of a sentence that goes on for quite a while, you see!';
      await anonymous.post('/api/v1/auth/register', { email, password: `${head}X`, name: 'Lena' }).expect(202);
      await anonymous.post(LOGIN, { email, password: `${head}Y` }).expect(401);
      await anonymous.post(LOGIN, { email, password: head }).expect(401);
      await anonymous.post(LOGIN, { email, password: `${head}X` }).expect(200);
    });

    it('records a failure with the account it was about, and without what was typed', async () => {
      const { id, email } = await signUp(app);
      await anonymous.post(LOGIN, { email, password: 'what was typed here' }).expect(401);
      const [event] = await app.db(
        "SELECT * FROM audit_events WHERE user_id = $1 AND action = 'session.sign_in_failed'",
        [id],
      );
      expect(event).toMatchObject({ actor_kind: 'anonymous', target_id: id });
      expect(JSON.stringify(event)).not.toContain('what was typed');
    });

    it('opens no session with a password that is being replaced', async () => {
      const person = await signUp(app);
      const change = { currentPassword: PASSWORD, newPassword: 'another long pass phrase' };
      const [signedIn, changed] = await Promise.all([
        anonymous.post(LOGIN, { email: person.email, password: PASSWORD }),
        person.post('/api/v1/auth/password/change', change),
      ]);
      expect(changed.status).toBe(200);
      if (signedIn.status === 200) await new Actor(app, signedIn.body.accessToken).get(ME).expect(401);
      else expect(signedIn.status).toBe(401);
    });
  });

  describe('validates (422)', () => {
    it.each([
      [{ email: { $ne: null }, password: PASSWORD }, 'email'],
      [{ email: 'a@example.test', password: { $ne: null } }, 'password'],
      [{ email: ['a@example.test'], password: PASSWORD }, 'email'],
      [{ email: 'a@example.test', password: 42 }, 'password'],
      [{ email: 'a@example.test' }, 'password'],
      [{ email: 'a@example.test', password: 'x'.repeat(129) }, 'password'],
      [{ email: 'a@example.test', password: PASSWORD, remember: true }, 'remember'],
    ])('refuses %j', async (body, field) => {
      const response = await anonymous.post(LOGIN, body).expect(problem(422, 'validation_failed'));
      expect(response.body.errors[0].field).toBe(field);
    });

    it.each([
      ['of 129 characters', 129, 422],
      ['of nearly 64 KiB', 60_000, 422],
      ['of 100 kB', 100_000, 413],
    ])('refuses a password %s before it hashes anything', async (_, length, status) => {
      const passwords = app.nest.get(PasswordHashing, { strict: false });
      const before = passwords.roundsDone;
      await anonymous.post(LOGIN, { email: uniqueEmail(), password: 'x'.repeat(length) }).expect(status);
      expect(passwords.roundsDone).toBe(before);
      // The counter counts: the longest password that is taken is hashed.
      await anonymous.post(LOGIN, { email: uniqueEmail(), password: 'x'.repeat(128) }).expect(401);
      expect(passwords.roundsDone).toBeGreaterThan(before);
    });
  });

  it('leaves an ended session ended: its refresh token opens nothing', async () => {
    const person = await signUp(app);
    await person.post('/api/v1/auth/logout').expect(204);
    await refresh(app, person.cookie).expect(problem(401, 'invalid_refresh'));
  });
});
