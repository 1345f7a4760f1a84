/**
 * POST /api/v1/auth/refresh: a refresh token is good once; its second use after the grace ends the session. The grace of
 * this application is a minute, so that no busy machine outlasts it; lifetimes.spec.ts looks at its edge.
 */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { Actor, PASSWORD, signIn, signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { problem } from '../../support/problems.js';
import { cookieOf, dbAgeRefresh, dbSessionOf, forged, idOf, refresh, refreshed } from '../../support/sessions.js';

const ME = '/api/v1/users/me';
const LOGOUT = '/api/v1/auth/logout';
const CHANGE = '/api/v1/auth/password/change';
const PASSWORDS = { currentPassword: PASSWORD, newPassword: 'another long enough phrase 43' };

describe('POST /api/v1/auth/refresh', () => {
  let app: TestApp;
  let person: Person;

  beforeAll(async () => {
    app = await startApp({ env: { REFRESH_GRACE: '60s' } });
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
      const row = JSON.stringify(await app.db('SELECT s::text FROM sessions s WHERE user_id = $1', [person.id]));
      for (const part of [person.cookie, cookie].flatMap((each) => each.split('.').slice(1))) {
        expect(row).not.toContain(part);
        expect(row).not.toContain(Buffer.from(part).toString('hex'));
      }
    });
  });

  describe('answers the last used token again, for the grace', () => {
    it('with the same successor, and a bearer of the same session', async () => {
      const next = await refreshed(app, person.cookie);
      await dbAgeRefresh(app, person.cookie, '30 seconds');
      const again = await refresh(app, person.cookie).expect(200);
      expect(cookieOf(again.headers)).toBe(next.cookie);
      const { id, email } = person;
      expect(again.body).toMatchObject({ tokenType: 'Bearer', expiresIn: 600, user: { id, email, name: 'Ruth' } });
      await new Actor(app, again.body.accessToken).get(ME).expect(200);
      await new Actor(app, next.accessToken).get(ME).expect(200);
      await refreshed(app, next.cookie);
    });

    it('without a change to the row or an event', async () => {
      await refreshed(app, person.cookie);
      const before = await app.db('SELECT s::text FROM sessions s WHERE user_id = $1', [person.id]);
      await refreshed(app, person.cookie);
      expect(await app.db('SELECT s::text FROM sessions s WHERE user_id = $1', [person.id])).toEqual(before);
      expect(await eventsOf(person)).not.toContain('session.refresh_reused');
    });

    it.each([
      ['the cookie of the successor', (next: string) => request(app.url).post(LOGOUT).set('cookie', next)],
      ['the used cookie', () => request(app.url).post(LOGOUT).set('cookie', person.cookie)],
      ['a bearer', () => person.post(LOGOUT)],
      ['a sign-in that replaces it', () => login().set('cookie', person.cookie).expect(200)],
      ['the list of sessions', () => person.delete(`/api/v1/auth/sessions/${idOf(person.cookie)}`).expect(204)],
      ['another session', async () => (await signIn(app, person.email)).delete('/api/v1/auth/sessions').expect(204)],
      ['a password change', async () => (await signIn(app, person.email)).post(CHANGE, PASSWORDS).expect(200)],
      ['an operator', () => app.db('UPDATE sessions SET revoked_at = now() WHERE user_id = $1', [person.id])],
      ['a disabled user', () => app.db('UPDATE users SET disabled_at = now() WHERE id = $1', [person.id])],
      ['its idle limit', () => dbSet("expires_at = now() - interval '1 second'")],
      ['its absolute limit', () => dbSet("created_at = now() - interval '30 days'")],
    ])('but not when the session was ended by %s', async (_, end) => {
      const next = await refreshed(app, person.cookie);
      await end(next.cookie);
      const refused = await refresh(app, person.cookie).expect(problem(401, 'invalid_refresh'));
      expect(refused.headers['set-cookie']).toBeUndefined();
      await refresh(app, next.cookie).expect(401);
    });

    it.each([
      ['is replaced by the next one', async () => refreshed(app, (await refreshed(app, person.cookie)).cookie)],
      ['is erased when the session ends', () => person.post(LOGOUT).expect(204)],
      ['is erased when an operator ends it', () => dbSet('revoked_at = now()')],
      [
        'is erased by the next sign-in after the grace',
        async () => {
          await dbAgeRefresh(app, person.cookie, '1 minute');
          await signIn(app, person.email);
        },
      ],
    ])('and what is sealed for it %s', async (_, act) => {
      await refreshed(app, person.cookie);
      const sealed = async (): Promise<unknown> =>
        (await app.db('SELECT sealed_successor FROM sessions WHERE id = $1', [idOf(person.cookie)]))[0]
          ?.sealed_successor;
      const before = await sealed();
      expect(before).toHaveLength(71);
      await act();
      expect(await sealed()).not.toEqual(before);
    });

    it('but not when its sealed successor is missing, is foreign, or is current no more', async () => {
      const damages = [
        'NULL',
        'set_byte(sealed_successor, 40, get_byte(sealed_successor, 40) # 1)',
        'sealed_successor',
      ];
      for (const [index, damage] of damages.entries()) {
        const { cookie, id } = await signUp(app);
        await refreshed(app, cookie);
        const other = index === 2 ? ", refresh_hash = sha256('another')" : '';
        await app.db(`UPDATE sessions SET sealed_successor = ${damage}${other} WHERE user_id = $1`, [id]);
        await refresh(app, cookie).expect(problem(401, 'invalid_refresh'));
      }
    });
  });

  describe('detects reuse', () => {
    it('ends the session with all its credentials when a used token comes back after the grace', async () => {
      const next = await refreshed(app, person.cookie);
      await dbAgeRefresh(app, person.cookie, '60 seconds');
      await refresh(app, person.cookie).expect(problem(401, 'invalid_refresh'));
      await refresh(app, next.cookie).expect(problem(401, 'invalid_refresh'));
      await new Actor(app, next.accessToken).get(ME).expect(401);
      await person.get(ME).expect(401);
    });

    it('also within the grace, when it is not the last used one', async () => {
      const second = await refreshed(app, person.cookie);
      const third = await refreshed(app, second.cookie);
      await refresh(app, person.cookie).expect(problem(401, 'invalid_refresh'));
      await refresh(app, third.cookie).expect(problem(401, 'invalid_refresh'));
      await refresh(app, second.cookie).expect(problem(401, 'invalid_refresh'));
      expect(await eventsOf(person)).toContain('session.refresh_reused');
    });

    it('at once where the grace is turned off, and seals nothing', async () => {
      const strict = await startApp({ beside: app, env: { REFRESH_GRACE: '0' } });
      await refreshed(strict, person.cookie);
      expect((await dbSessionOf(app, person)).sealed_successor).toBeNull();
      await refresh(strict, person.cookie).expect(problem(401, 'invalid_refresh'));
      expect(await eventsOf(person)).toContain('session.refresh_reused');
    });

    it('also of what another instance has sealed, where the grace is turned off', async () => {
      const strict = await startApp({ beside: app, env: { REFRESH_GRACE: '0' } });
      await refreshed(app, person.cookie);
      await refresh(strict, person.cookie).expect(problem(401, 'invalid_refresh'));
      await person.get(ME).expect(401);
    });

    it('leaves the person’s other sessions alone', async () => {
      const other = await signIn(app, person.email);
      await refreshed(app, person.cookie);
      await dbAgeRefresh(app, person.cookie, '60 seconds');
      await refresh(app, person.cookie).expect(401);
      await other.get(ME).expect(200);
    });

    it('tells the audit trail and the owner, once', async () => {
      await refreshed(app, person.cookie);
      await dbAgeRefresh(app, person.cookie, '60 seconds');
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

  const login = () => new Actor(app, null).post('/api/v1/auth/login', { email: person.email, password: PASSWORD });
  const dbSet = (change: string) => app.db(`UPDATE sessions SET ${change} WHERE user_id = $1`, [person.id]);

  async function eventsOf({ id }: Person): Promise<unknown[]> {
    return (await app.db('SELECT action FROM audit_events WHERE user_id = $1', [id])).map(({ action }) => action);
  }
});
