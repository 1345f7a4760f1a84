/** POST /api/v1/auth/logout ends the session of the cookie and of the bearer, whichever there is. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { Actor, signUp } from '../../support/actors.js';
import { sharedApp, type TestApp } from '../../support/app.js';

const LOGOUT = '/api/v1/auth/logout';
const ME = '/api/v1/users/me';

describe('POST /api/v1/auth/logout', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await sharedApp();
  });

  it('ends the session of the cookie at once, for its bearer and its refresh token', async () => {
    const person = await signUp(app);
    const response = await request(app.url).post(LOGOUT).set('cookie', person.cookie).expect(204);
    expect(String(response.headers['set-cookie'])).toMatch(/^latchkey_refresh=; .*Expires=Thu, 01 Jan 1970/);
    await person.get(ME).expect(401);
    await request(app.url).post('/api/v1/auth/refresh').set('cookie', person.cookie).expect(401);
  });

  it('ends the session of the bearer', async () => {
    const person = await signUp(app);
    await person.post(LOGOUT).expect(204);
    await person.get(ME).expect(401);
  });

  it('answers the same the second time and without any credential', async () => {
    const person = await signUp(app);
    await person.post(LOGOUT).set('cookie', person.cookie).expect(204);
    await person.post(LOGOUT).set('cookie', person.cookie).expect(204);
    await new Actor(app, null).post(LOGOUT).expect(204);
  });

  it('is recorded once', async () => {
    const person = await signUp(app);
    await person.post(LOGOUT).set('cookie', person.cookie).expect(204);
    await person.post(LOGOUT).expect(204);
    const events = await app.db("SELECT 1 FROM audit_events WHERE user_id = $1 AND action = 'session.signed_out'", [
      person.id,
    ]);
    expect(events).toHaveLength(1);
  });

  it('ignores a stale bearer', async () => {
    const person = await signUp(app);
    await new Actor(app, 'stale.bearer.text').post(LOGOUT).set('cookie', person.cookie).expect(204);
    await person.get(ME).expect(401);
  });

  it('authorizes: refuses a foreign site (403) and leaves the session alone', async () => {
    const person = await signUp(app);
    const response = await request(app.url)
      .post(LOGOUT)
      .set('cookie', person.cookie)
      .set('origin', 'https://evil.test');
    expect(response.status).toBe(403);
    expect(response.body).toMatchObject({ code: 'cross_site_request' });
    await person.get(ME).expect(200);
  });

  it.each(['', 'x', 'x'.repeat(5000), '0'.repeat(124)])('does nothing about the cookie %#', async (value) => {
    await request(app.url).post(LOGOUT).set('cookie', `latchkey_refresh=${value}`).expect(204);
  });
});
