import { beforeAll, describe, expect, it } from '@jest/globals';
import request, { type Test } from 'supertest';
import { Actor } from '../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../support/app.js';

const LISTED = 'https://app.example.test';

let app: TestApp;
let anonymous: Actor;
beforeAll(async () => {
  app = await sharedApp();
  anonymous = new Actor(app, null);
});

const ANSWERS: [what: string, path: string, status: number][] = [
  ['a success', '/healthz', 200],
  ['a missing credential', '/api/v1/users/me', 401],
  ['an unknown route', '/api/v1/nowhere', 404],
  ['a refused query', '/healthz?a=%00', 422],
  ['a malformed path', '/api/v1/organizations/%zz', 400],
];

describe('every response', () => {
  it.each(ANSWERS)('to %s forbids sniffing and caching and names its request', async (_, path, status) => {
    const { headers } = await anonymous.get(path).expect(status);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(ANSWERS.slice(0, 4))('to %s forbids framing, loading and referrers', async (_, path) => {
    const { headers } = await anonymous.get(path);
    const policy = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
    expect(headers).toMatchObject({ 'content-security-policy': policy, 'referrer-policy': 'no-referrer' });
    expect(headers['x-frame-options']).toBe('DENY');
  });

  it.each(ANSWERS)('to %s names no software and no version', async (_, path) => {
    const { headers } = await anonymous.get(path);
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('demands https from then on only where the service is reached by https', async () => {
    const env = { PUBLIC_URL: 'https://latchkey.example.test' };
    const secure = await startApp({ env });
    const { headers } = await new Actor(secure, null).get('/healthz');
    expect(headers['strict-transport-security']).toMatch(/max-age=31536000/);
    expect((await anonymous.get('/healthz')).headers).not.toHaveProperty('strict-transport-security');
  });
});

describe('calls from other origins', () => {
  let listing: TestApp;
  beforeAll(async () => {
    listing = await startApp({ env: { CORS_ORIGINS: LISTED } });
  });

  function preflight(origin: string): Test {
    return request(listing.url)
      .options('/api/v1/auth/login')
      .set({ origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' });
  }

  it('are allowed with credentials from a listed one', async () => {
    const { headers } = await preflight(LISTED).expect(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': LISTED,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
    });
    expect(headers.vary).toMatch(/Origin/);
  });

  it.each([
    'https://evil.example',
    'null',
    'http://app.example.test',
    'https://app.example.test.evil.example',
    'https://app.example.test:444',
    'https://APP.example.test',
    '*',
    '',
  ])('are not allowed from %j', async (origin) => {
    for (const call of [preflight(origin), request(listing.url).get('/healthz').set({ origin })]) {
      const { headers } = await call;
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(headers.vary).toMatch(/Origin/);
    }
  });

  it('can read a refusal', async () => {
    const call = request(listing.url).get('/api/v1/users/me').set({ origin: LISTED });
    const { headers } = await call.expect(401);
    expect(headers['access-control-allow-origin']).toBe(LISTED);
    expect(headers['access-control-expose-headers']).toMatch(/retry-after/);
  });
});
