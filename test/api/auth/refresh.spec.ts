/** POST /api/v1/auth/refresh: a refresh token is good once; its second use ends the session. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { Actor, signUp, type Person } from '../../support/actors.js';
import { sharedApp, type TestApp } from '../../support/app.js';
import { problem } from '../../support/problems.js';
import { dbSessionOf, forged, refresh, refreshed } from '../../support/sessions.js';

const ME = '/api/v1/users/me';

describe('POST /api/v1/auth/refresh', () => {
  let app: TestApp;
  let person: Person;

  beforeAll(async () => {
    app = await sharedApp();
  });

  beforeEach(async () => {
    person = await signUp(app, 'Ruth');
  });

  describe('succeeds', () => {
    it('answers as signing in does, with another cookie of the same session', async () => {
      const { body, headers } = await refresh(app, person.cookie).expect(200);
      const { id, email } = person;
      expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 600, user: { id, email, name: 'Ruth' } });
      expect(String(headers['set-cookie'])).not.toContain(person.cookie);
      expect(String(headers['set-cookie']).slice(0, 60)).toContain(person.cookie.slice(0, 54));
      await new Actor(app, body.accessToken).get(ME).expect(200);
      await person.get(ME).expect(200);
    });

    it('goes on and on', async () => {
      let { cookie } = person;
      for (let round = 0; round < 3; round += 1) ({ cookie } = await refreshed(app, cookie));
      expect(await app.db('SELECT 1 FROM sessions WHERE user_id = $1', [person.id])).toHaveLength(1);
    });

    it('moves the idle limit, and never past the absolute one', async () => {
      await app.db("UPDATE sessions SET created_at = now() - interval '29 days 23 hours' WHERE user_id = $1", [
        person.id,
      ]);
      const { headers } = await refresh(app, person.cookie).expect(200);
      const { expires_at: expiresAt, created_at: createdAt } = await dbSessionOf(app, person);
      const lifetimeMs = Number(expiresAt) - Number(createdAt);
      expect(lifetimeMs).toBe(app.config.sessions.absoluteSeconds * 1000);
      expect(Number(/Max-Age=(\d+)/.exec(String(headers['set-cookie']))?.[1])).toBeLessThanOrEqual(3600);
    });

    it('is not disturbed by a stale bearer', async () => {
      await refresh(app, person.cookie).set('authorization', 'Bearer stale').expect(200);
    });

    it('stores hashes only', async () => {
      const { cookie } = await refreshed(app, person.cookie);
      const [, family = '', secret = ''] = cookie.split('.');
      const row = JSON.stringify(await app.db('SELECT s::text FROM sessions s WHERE user_id = $1', [person.id]));
      expect([family, secret].some((part) => row.includes(part))).toBe(false);
      expect(row).not.toContain(Buffer.from(secret).toString('hex'));
    });
  });

  describe('detects reuse', () => {
    it('ends the session with all its credentials when a used token comes back', async () => {
      const next = await refreshed(app, person.cookie);
      await refresh(app, person.cookie).expect(problem(401, 'invalid_refresh'));
      await refresh(app, next.cookie).expect(problem(401, 'invalid_refresh'));
      await new Actor(app, next.accessToken).get(ME).expect(401);
      await person.get(ME).expect(401);
    });

    it('also for a token from long ago', async () => {
      const second = await refreshed(app, person.cookie);
      const third = await refreshed(app, second.cookie);
      await refresh(app, person.cookie).expect(problem(401, 'invalid_refresh'));
      await refresh(app, third.cookie).expect(problem(401, 'invalid_refresh'));
    });

    it('leaves the person’s other sessions alone', async () => {
      const login = await new Actor(app, null).post('/api/v1/auth/login', {
        email: person.email,
        password: 'a long enough pass phrase 42',
      });
      await refreshed(app, person.cookie);
      await refresh(app, person.cookie).expect(401);
      await new Actor(app, login.body.accessToken).get(ME).expect(200);
    });

    it('tells the audit trail and the owner, once', async () => {
      await refreshed(app, person.cookie);
      await refresh(app, person.cookie).expect(401);
      await refresh(app, person.cookie).expect(401);
      const events = await app.db(
        "SELECT actor_kind, target_kind FROM audit_events WHERE user_id = $1 AND action = 'session.refresh_reused'",
        [person.id],
      );
      expect(events).toEqual([{ actor_kind: 'anonymous', target_kind: 'session' }]);
      await app.mails.waitFor(person.email, ({ subject }) => subject === 'A session was ended for your safety');
    });

    it('ends nothing for a guess: who knows only the id of a session proves nothing', async () => {
      const [sessionId = ''] = person.cookie.slice('latchkey_refresh='.length).split('.');
      const guess = `latchkey_refresh=${sessionId}.${'a'.repeat(43)}.${'b'.repeat(43)}`;
      await refresh(app, guess).expect(problem(401, 'invalid_refresh'));
      await person.get(ME).expect(200);
    });
  });

  describe('authenticates (401)', () => {
    it.each([
      ['no cookie', ''],
      ['an empty one', 'latchkey_refresh='],
      ['garbage', 'latchkey_refresh=%00%ff'],
      ['a bearer in its place', 'latchkey_refresh=eyJhbGciOiJub25lIn0.e30.'],
    ])('refuses %s', async (_, cookie) => {
      await refresh(app, cookie).expect(problem(401, 'invalid_refresh'));
    });

    it('refuses a token with another ending', async () => {
      await refresh(app, forged(person.cookie)).expect(problem(401, 'invalid_refresh'));
    });

    it.each([
      ['revoked', 'UPDATE sessions SET revoked_at = now() WHERE user_id = $1'],
      ['expired', "UPDATE sessions SET expires_at = now() - interval '1 second' WHERE user_id = $1"],
      ['of a disabled user', 'UPDATE users SET disabled_at = now() WHERE id = $1'],
      ['of a deleted user', 'DELETE FROM users WHERE id = $1'],
    ])('refuses a session that an operator made %s', async (_, sql) => {
      await app.db(sql, [person.id]);
      await refresh(app, person.cookie).expect(problem(401, 'invalid_refresh'));
      await person.get(ME).expect(401);
    });

    it('does not revive the sessions of a user who is enabled again', async () => {
      await app.db('UPDATE users SET disabled_at = now() WHERE id = $1', [person.id]);
      await app.db('UPDATE users SET disabled_at = NULL WHERE id = $1', [person.id]);
      await refresh(app, person.cookie).expect(problem(401, 'invalid_refresh'));
      await person.get(ME).expect(401);
    });

    it('takes the token from the cookie only', async () => {
      const token = person.cookie.slice('latchkey_refresh='.length);
      await request(app.url).post('/api/v1/auth/refresh').send({ refreshToken: token }).expect(401);
      await new Actor(app, token).post('/api/v1/auth/refresh').expect(401);
    });
  });

  describe('authorizes (403)', () => {
    it.each([
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { origin: 'http://localhost:3000.evil.test' },
      { origin: 'https://localhost:3000' },
      { 'sec-fetch-site': 'cross-site' },
    ])('refuses a browser that comes from %j, and uses nothing up', async (headers) => {
      const response = await refresh(app, person.cookie).set(headers).expect(problem(403, 'cross_site_request'));
      expect(response.headers['set-cookie']).toBeUndefined();
      await refresh(app, person.cookie).expect(200);
    });

    it('takes one from the dashboard, even across sites, and from the service itself', async () => {
      const { dashboardUrl, publicUrl } = app.config.http;
      const headers = { origin: new URL(dashboardUrl).origin, 'sec-fetch-site': 'cross-site' };
      const first = await refresh(app, person.cookie).set(headers).expect(200);
      const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
      await refresh(app, cookie).set({ origin: publicUrl, 'sec-fetch-site': 'same-origin' }).expect(200);
    });
  });

  describe('conflicts (409)', () => {
    it('tells a request that lost a race to come back with the newer cookie', async () => {
      const answers = await Promise.all([refresh(app, person.cookie), refresh(app, person.cookie)]);
      const [won, lost] = answers[0].status === 200 ? answers : [answers[1], answers[0]];
      expect([won.status, lost.status]).toEqual([200, 409]);
      expect(lost.body).toMatchObject({ code: 'refresh_superseded' });
      expect(lost.headers['set-cookie']).toBeUndefined();
      await new Actor(app, won.body.accessToken).get(ME).expect(200);
    });
  });
});
