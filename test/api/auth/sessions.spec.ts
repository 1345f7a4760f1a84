/** GET and DELETE /api/v1/auth/sessions: people see where they are signed in, and end it. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Actor, bearing, PASSWORD, signIn, signUp, type Person } from '../../support/actors.js';
import { sharedApp, type TestApp } from '../../support/app.js';
import { anonymized, problem } from '../../support/problems.js';
import { refresh, refreshed } from '../../support/sessions.js';

const SESSIONS = '/api/v1/auth/sessions';
const ME = '/api/v1/users/me';

interface SessionBody {
  readonly id: string;
  readonly current: boolean;
  readonly lastUsedAt: string;
}

describe('the sessions of a person', () => {
  let app: TestApp;
  let here: Person;
  let there: Person;

  beforeAll(async () => {
    app = await sharedApp();
  });

  beforeEach(async () => {
    here = await signUp(app);
    there = await signIn(app, here.email);
  });

  async function list(person: Person, query = ''): Promise<SessionBody[]> {
    const { body } = await person.get(`${SESSIONS}${query}`).expect(200);
    return (body as { items: SessionBody[] }).items;
  }

  async function otherId(person: Person): Promise<string> {
    return (await list(person)).find(({ current }) => !current)?.id ?? '';
  }

  describe('GET', () => {
    it('lists the live ones, newest first, with device, address and times', async () => {
      const { body } = await new Actor(app, null)
        .post('/api/v1/auth/login', { email: here.email, password: PASSWORD })
        .set('user-agent', 'Lynx/2.9');
      const [newest, ...older] = await list(here);
      expect(newest).toEqual({
        id: expect.any(String),
        current: false,
        device: 'Lynx/2.9',
        ip: '127.0.0.1',
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
        expiresAt: expect.any(String),
      });
      expect(older.map(({ current }) => current)).toEqual([false, true]);
      expect((await list(new Actor(app, body.accessToken) as Person))[0]?.current).toBe(true);
    });

    it('tells the last use', async () => {
      const before = (await list(here)).find(({ current }) => current)?.lastUsedAt ?? '';
      await refreshed(app, here.cookie);
      const after = (await list(here)).find(({ current }) => current)?.lastUsedAt ?? '';
      expect(Date.parse(after)).toBeGreaterThan(Date.parse(before));
    });

    it('pages through them', async () => {
      const first = await here.get(`${SESSIONS}?limit=1`).expect(200);
      expect(first.body.items).toHaveLength(1);
      const second = await here.get(`${SESSIONS}?limit=1&cursor=${String(first.body.nextCursor)}`).expect(200);
      expect(second.body).toMatchObject({ items: [{ current: true }], nextCursor: null });
    });

    it('leaves out ended and expired ones, and other people’s', async () => {
      await there.post('/api/v1/auth/logout').expect(204);
      await signUp(app);
      expect(await list(here)).toHaveLength(1);
    });

    it('shows no secret', async () => {
      const { text } = await here.get(SESSIONS);
      const [, family = '', secret = ''] = here.cookie.split('.');
      expect([family, secret, 'hash'].some((word) => text.includes(word))).toBe(false);
    });

    it('authenticates (401)', async () => {
      await new Actor(app, null).get(SESSIONS).expect(problem(401, 'unauthenticated'));
    });

    it('authorizes (403): no token reads sessions', async () => {
      const token = await here.issuePersonalToken(['user:read']);
      await bearing(app, token).get(SESSIONS).expect(problem(403, 'insufficient_scope'));
    });

    it.each(['limit=0', 'limit=101', 'cursor=x', 'sort=id'])('validates (422): refuses %s', async (query) => {
      await here.get(`${SESSIONS}?${query}`).expect(problem(422, 'validation_failed'));
    });
  });

  describe('DELETE /:sessionId', () => {
    it('ends that session at once, for its bearer and its refresh token, and no other', async () => {
      await here.delete(`${SESSIONS}/${await otherId(here)}`).expect(204);
      await there.get(ME).expect(401);
      await refresh(app, there.cookie).expect(401);
      await here.get(ME).expect(200);
    });

    it('answers the same the second time, and is recorded once', async () => {
      const id = await otherId(here);
      await here.delete(`${SESSIONS}/${id}`).expect(204);
      await here.delete(`${SESSIONS}/${id}`).expect(204);
      const events = await app.db("SELECT 1 FROM audit_events WHERE action = 'session.revoked' AND target_id = $1", [
        id,
      ]);
      expect(events).toHaveLength(1);
    });

    it('may end the session that asks', async () => {
      await here.delete(`${SESSIONS}/${await otherId(there)}`).expect(204);
      await here.get(ME).expect(401);
    });

    it('authenticates (401)', async () => {
      await new Actor(app, null).delete(`${SESSIONS}/${await otherId(here)}`).expect(401);
      await there.get(ME).expect(200);
    });

    it('hides (404) another person’s session, like one that does not exist', async () => {
      const stranger = await signUp(app);
      const foreign = await stranger.delete(`${SESSIONS}/${await otherId(here)}`).expect(problem(404, 'not_found'));
      const missing = await stranger.delete(`${SESSIONS}/00000000-0000-7000-8000-000000000000`).expect(404);
      expect(anonymized(foreign)).toEqual(anonymized(missing));
      await there.get(ME).expect(200);
    });

    it.each(['me', '1', '{00000000-0000-7000-8000-000000000000}', '%00'])(
      'hides (404) what is no id: %s',
      async (id) => {
        await here.delete(`${SESSIONS}/${id}`).expect(404);
      },
    );
  });

  describe('DELETE', () => {
    it('ends all sessions but the one that asks', async () => {
      const third = await signIn(app, here.email);
      await here.delete(SESSIONS).expect(204);
      await there.get(ME).expect(401);
      await refresh(app, third.cookie).expect(401);
      await here.get(ME).expect(200);
      expect(await list(here)).toHaveLength(1);
    });

    it('is nothing to be surprised at when there is no other', async () => {
      await here.delete(SESSIONS).expect(204);
      await here.delete(SESSIONS).expect(204);
    });

    it('authenticates (401)', async () => {
      await new Actor(app, null).delete(SESSIONS).expect(401);
    });

    it('authorizes (403): no token ends sessions', async () => {
      const token = await here.issuePersonalToken(['user:read']);
      await bearing(app, token).delete(SESSIONS).expect(problem(403, 'insufficient_scope'));
      await there.get(ME).expect(200);
    });
  });
});
