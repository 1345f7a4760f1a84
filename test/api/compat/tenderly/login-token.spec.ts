/** POST /login/token: a personal token for an email address and a password. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Test } from 'supertest';
import { scopesOf } from '../../../../src/access-control/scopes.js';
import { Actor, PASSWORD, signUp, uniqueEmail, type Person } from '../../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../../support/app.js';
import { found } from '../../../support/scene.js';
import { anonymousError, keyHolder, tenderlyError } from '../../../support/tenderly.js';
import { dbToken, present } from '../../../support/tokens.js';

const PATH = '/login/token';
const DAY_MS = 24 * 3600 * 1000;

let app: TestApp;
let person: Person;
beforeAll(async () => {
  app = await sharedApp();
});

beforeEach(async () => {
  person = await signUp(app, 'Cleo');
});

function signInWith(body: object, at = app): Test {
  return new Actor(at, null).post(PATH, body);
}

const dbTokens = async (): Promise<unknown[]> => app.db('SELECT 1 FROM access_tokens WHERE user_id = $1', [person.id]);

const dbEvents = async (): Promise<string[]> => {
  const sql = 'SELECT action FROM audit_events WHERE user_id = $1 ORDER BY id';
  return (await app.db<{ action: string }>(sql, [person.id])).map(({ action }) => action);
};

describe('POST /login/token', () => {
  it('issues a personal token with every scope, for 90 days', async () => {
    await found(person);
    const { body } = await signInWith({ email: person.email, password: PASSWORD }).expect(200);
    expect(Object.keys(body as object).sort()).toEqual(['id', 'secret']);
    const { token, user } = (await present(keyHolder(app, body)).expect(200)).body;
    expect(user).toMatchObject({ id: person.id });
    expect(token).toMatchObject({ id: body.id, kind: 'personal', label: 'Signed in with a password' });
    expect(token.scopes).toEqual(scopesOf('personal'));
    expect(Date.parse(token.expiresAt as string) - Date.parse(token.createdAt as string)).toBeGreaterThan(
      89.9 * DAY_MS,
    );
    expect(Date.parse(token.expiresAt as string) - Date.now()).toBeLessThan(90 * DAY_MS);
  });

  it('is recorded as a sign-in that issued a token, and leaves no session and no cookie behind', async () => {
    const { headers } = await signInWith({ email: person.email, password: PASSWORD }).expect(200);
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['cache-control']).toBe('no-store');
    const before = ['user.registered', 'session.signed_in'];
    expect(await dbEvents()).toEqual([...before, 'session.signed_in', 'token.created', 'session.signed_out']);
    const live = await app.db('SELECT 1 FROM sessions WHERE user_id = $1 AND revoked_at IS NULL', [person.id]);
    expect(live).toHaveLength(1);
  });

  it.each([
    ['a stale key', { 'x-access-key': 'stale' }],
    ['a stale bearer', { authorization: 'Bearer stale' }],
    ['two that differ', { authorization: 'Bearer stale', 'x-access-key': 'another' }],
  ])('ignores %s', async (_, headers) => {
    await signInWith({ email: person.email, password: PASSWORD }).set(headers).expect(200);
  });

  it('authenticates (401): the same for a wrong password, an unknown address and a disabled user', async () => {
    const wrong = await signInWith({ email: person.email, password: 'wrong' });
    expect(await dbEvents()).toContain('session.sign_in_failed');
    const unknown = await signInWith({ email: uniqueEmail(), password: PASSWORD });
    await app.db('UPDATE users SET disabled_at = now() WHERE id = $1', [person.id]);
    const disabled = await signInWith({ email: person.email, password: PASSWORD });
    for (const response of [wrong, unknown, disabled]) {
      tenderlyError(401, 'invalid_credentials')(response);
      expect(anonymousError(response)).toEqual(anonymousError(wrong));
    }
    expect(await dbTokens()).toEqual([]);
  });

  it('conflicts (409) when the quota is reached, and leaves no session behind', async () => {
    const small = await startApp({ beside: app, env: { TOKEN_QUOTA: '1' } });
    const credentials = { email: person.email, password: PASSWORD };
    const { body } = await signInWith(credentials, small).expect(200);
    await signInWith(credentials, small).expect(tenderlyError(409, 'quota_reached'));
    expect(await dbTokens()).toHaveLength(1);
    expect(await dbToken(app, body.id as string)).toMatchObject({ revoked_at: null });
    const live = await app.db('SELECT 1 FROM sessions WHERE user_id = $1 AND revoked_at IS NULL', [person.id]);
    expect(live).toHaveLength(1);
  });

  it.each([{}, { email: 'x', password: PASSWORD }, { email: 'a@b.test', password: 1 }, { email: ['a@b.test'] }])(
    'validates (422) %j',
    async (body) => {
      await signInWith(body).expect(tenderlyError(422, 'validation_failed'));
    },
  );
});

describe('the limit on signing in', () => {
  const limits = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_SIGN_IN: '3/15m' };

  async function statuses(calls: (() => Test)[]): Promise<number[]> {
    const seen: number[] = [];
    for (const call of calls) seen.push((await call()).status);
    return seen;
  }

  it('is one with that of the canonical sign-in, in both directions', async () => {
    const limited = await startApp({ env: limits });
    for (const email of [(await signUp(limited)).email, uniqueEmail()]) {
      const wrong = { email, password: 'wrong' };
      const here = (): Test => signInWith(wrong, limited);
      const there = (): Test => new Actor(limited, null).post('/api/v1/auth/login', wrong);
      expect(await statuses([here, there, here, here, there])).toEqual([401, 401, 401, 429, 429]);
    }
  });

  it('says when to come back, in Tenderly’s words', async () => {
    const limited = await startApp({ env: { ...limits, RATE_LIMIT_SIGN_IN: '1/15m' } });
    const wrong = { email: uniqueEmail(), password: 'wrong' };
    await signInWith(wrong, limited);
    const { headers } = await signInWith(wrong, limited).expect(tenderlyError(429, 'rate_limited'));
    expect(Number(headers['retry-after'])).toBeGreaterThan(800);
  });
});
