import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import request, { type Test } from 'supertest';
import { Actor } from '../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../support/app.js';
import { RawConnection, requestText } from '../support/raw-connection.js';

const LISTED = 'https://app.example.test';

let app: TestApp;
let anonymous: Actor;
beforeAll(async () => {
  app = await sharedApp();
  anonymous = new Actor(app, null);
});

const OF_ALL = [
  'content-security-policy',
  'referrer-policy',
  'x-content-type-options',
  'x-frame-options',
  'cross-origin-resource-policy',
  'cache-control',
];

const ANSWERS: [what: string, path: string, status: number][] = [
  ['a success', '/healthz', 200],
  ['a missing credential', '/api/v1/users/me', 401],
  ['an unknown route', '/api/v1/nowhere', 404],
  ['a refused query', '/healthz?a=%00', 422],
  ['a malformed path', '/api/v1/organizations/%zz', 400],
];

/** Sent as bytes: most of it is nothing that a client would send. */
const STRANGE: [what: string, request: string, status: number][] = [
  ['what is no HTTP', 'GARBAGE\r\n\r\n', 400],
  ['over-long headers', requestText('GET', '/healthz', [`x-long: ${'x'.repeat(17 * 1024)}`]), 431],
  ['a request without Host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
  ['an expectation', requestText('GET', '/healthz', ['Expect: the-best']), 200],
  ['an over-long parameter', requestText('GET', `/api/v1/organizations/${'a'.repeat(201)}`), 404],
  ['an unknown method', requestText('TRACE', '/healthz'), 404],
  ['a wrong method', requestText('POST', '/healthz', ['Content-Type: application/json'], '{}'), 404],
  ['malformed JSON', requestText('POST', '/api/v1/auth/login', ['Content-Type: application/json'], '{'), 400],
  [
    'a large body',
    requestText('POST', '/api/v1/auth/login', ['Content-Type: application/json'], ' '.repeat(70_000)),
    413,
  ],
  ['a body of another type', requestText('POST', '/api/v1/auth/login', ['Content-Type: text/plain'], 'x'), 415],
];

describe('every response', () => {
  it.each(STRANGE)('to %s has the headers of all', async (_, text, status) => {
    const client = await RawConnection.to(Number(new URL(app.url).port));
    const [answer] = await client.send(text).answers(1);
    client.close();
    expect(answer?.status).toBe(status);
    const { headers } = await anonymous.get('/healthz');
    for (const name of OF_ALL) expect(answer?.head).toContain(`${name}: ${String(headers[name])}`);
    expect(answer?.head).toMatch(/^x-request-id: [0-9a-f-]{36}$/m);
    if (status >= 400) expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status, code: expect.any(String) });
  });

  it.each(ANSWERS)('to %s forbids sniffing and caching and names its request', async (_, path, status) => {
    const { headers } = await anonymous.get(path).expect(status);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(ANSWERS)('to %s forbids framing, loading and referrers', async (_, path) => {
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

  it.each([
    ['GET', '/api/v1/users/me', 401, null],
    ['GET', '/api/v1/nowhere', 404, null],
    ['GET', '/healthz?a=%00', 422, null],
    ['GET', '/api/v1/organizations/%zz', 400, null],
    ['GET', '/api/v1/organizations/%ff', 400, null],
    ['GET', '/%zz', 400, null],
    ['GET', `/api/v1/organizations/${'a'.repeat(201)}`, 404, null],
    ['POST', '/api/v1/auth/login', 413, ' '.repeat(70_000)],
    ['POST', '/api/v1/auth/login', 400, '{'],
    ['POST', '/api/v1/organizations/%zz', 400, '{}'],
  ] as [method: string, path: string, status: number, body: string | null][])(
    'can read the refusal of %s %s',
    async (method, path, status, body) => {
      const headers = { origin: LISTED, 'content-type': 'application/json' };
      const response = await fetch(listing.url + path, { method, headers, body });
      expect(response.status).toBe(status);
      expect(response.headers.get('access-control-allow-origin')).toBe(LISTED);
      expect(response.headers.get('access-control-allow-credentials')).toBe('true');
      expect(response.headers.get('access-control-expose-headers')).toMatch(/retry-after/);
      expect(response.headers.get('vary')).toMatch(/Origin/);
    },
  );

  it('get past the preflight of a malformed path, to read its refusal', async () => {
    const ask = (path: string, origin: string): Test =>
      request(listing.url).options(path).set({ origin, 'access-control-request-method': 'DELETE' });
    const [usual, malformed] = [await ask('/healthz', LISTED), await ask('/api/v1/organizations/%zz', LISTED)];
    expect(malformed.status).toBe(204);
    const names = Object.keys(usual.headers).filter((name) => /^access-control-|^vary$/.test(name));
    expect(names.length).toBeGreaterThan(4);
    for (const name of names) expect(malformed.headers[name]).toBe(usual.headers[name]);
  });

  it('from an unlisted origin cannot read the refusal of a malformed path', async () => {
    for (const method of ['get', 'options'] as const) {
      const call = request(listing.url)[method]('/%zz').set({ origin: 'https://evil.example' });
      const { status, headers } = await call.set('access-control-request-method', 'DELETE');
      expect(status).toBe(400);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
});

describe('a request that meets the end of the service', () => {
  it('is refused as any other, with all headers', async () => {
    const ending = await startApp();
    const client = await RawConnection.to(Number(new URL(ending.url).port));
    // The connection is in use, so that it outlives the closing of the idle ones.
    client.send(requestText('GET', '/healthz')).send('GET /readyz HTTP/1.1\r\nHost: x\r\n');
    await client.answers(1);
    const closing = ending.close();
    await setTimeout(300);
    const [answer] = await client.send('\r\n').answers(1);
    await closing;
    expect(answer).toMatchObject({ status: 503, body: expect.stringContaining('"unavailable"') });
    expect(answer?.head).toMatch(/^x-content-type-options: nosniff$/m);
    expect(answer?.head).toMatch(/^retry-after: \d+$/m);
  });
});
