import { beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Header, Param } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import request, { type Test } from 'supertest';
import { AppError } from '../../../src/platform/errors/app-error.js';
import { Actor, signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { startEdge } from '../../support/http-edge.js';
import { RawConnection, requestText } from '../../support/raw-connection.js';
import { routerEntries } from '../../support/router.js';

const LISTED = 'https://app.example.test';
const PREFLIGHT = 'Access-Control-Request-Method: POST';

@Controller('failing')
class FailingController {
  @Get('kept')
  @Header('cache-control', 'public, max-age=300')
  keep(): never {
    throw new Error('broken');
  }

  @Get(':name')
  fail(@Param('name') name: string): never {
    if (name === 'limited') throw new AppError('rate_limited', { retryAfterSeconds: 1 });
    if (name === 'unavailable') throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' });
    throw new Error(name);
  }
}

type Answered = [kind: string, headers: Record<string, unknown>, status: number];

/** One answer of each kind; parameters name nothing that there is, and bodies are invalid. */
async function answersOf(entry: string, person: Person): Promise<Answered[]> {
  const [method = '', template = ''] = entry.split(' ');
  const path = template.replace(/:[A-Za-z]+/g, () => randomUUID());
  const verb = method.toLowerCase() as 'get';
  const bearer = `Bearer ${String(person.credential)}`;
  const calls: [string, Test][] = [
    ['stranger', request(person.app.url)[verb](path)],
    // The session and the account are still needed.
    ...(method === 'DELETE'
      ? []
      : [['person', request(person.app.url)[verb](path).set('authorization', bearer)] as [string, Test]]),
    [
      'preflight',
      request(person.app.url).options(path).set({ origin: LISTED, 'access-control-request-method': method }),
    ],
    ...(method === 'GET' ? [['HEAD', request(person.app.url).head(path)] as [string, Test]] : []),
  ];
  return Promise.all(
    calls.map(async ([kind, call]): Promise<Answered> => {
      const { headers, status } = await call;
      return [kind, headers, status];
    }),
  );
}

function portOf({ url }: TestApp): number {
  return Number(new URL(url).port);
}

let app: TestApp;
let anonymous: Actor;
beforeAll(async () => {
  app = await startApp({ env: { CORS_ORIGINS: LISTED } });
  anonymous = new Actor(app, null);
});

/** Spelled out here: what the service itself says would agree with whatever it sends. */
const OF_ALL: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
  'cache-control': 'no-store',
  vary: 'Origin',
};

/** The closed list of exceptions: public files that browsers may keep, and the page that shows the API. */
const PAGE_POLICY = {
  'content-security-policy':
    "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';" +
    "base-uri 'none';form-action 'none';frame-ancestors 'none'",
};
const LIBRARY_FILE = { 'cache-control': 'public, max-age=3600' };
const EXCEPTIONS: Readonly<Record<string, Record<string, string>>> = {
  'GET /.well-known/jwks.json': { 'cache-control': 'public, max-age=300' },
  'GET /docs': PAGE_POLICY,
  'GET /docs/': PAGE_POLICY,
  'GET /docs/favicon-32x32.png': LIBRARY_FILE,
  'GET /docs/swagger-ui-bundle.js': LIBRARY_FILE,
  'GET /docs/swagger-ui.css': LIBRARY_FILE,
};

/** Every header that is missing, wrong, or says too much; nothing when the answer keeps the promise. */
function faultsOf(head: Record<string, unknown>, exception: Record<string, string> = {}): string[] {
  const expected = { ...OF_ALL, ...exception };
  const wrong = Object.entries(expected).filter(([name, value]) => head[name] !== value);
  const tells = ['server', 'x-powered-by', 'etag', 'via'].filter((name) => name in head);
  const hasId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(head['x-request-id']));
  return [...wrong.map(([name]) => name), ...tells, ...(hasId ? [] : ['x-request-id'])];
}

function headersIn(head: string): Record<string, string> {
  const lines = head.split('\r\n').slice(1);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.replace(/^[^:]*: /, '')]),
  );
}

const json = ['Content-Type: application/json'];
const LOGIN = '/api/v1/auth/login';
const chunked = `POST ${LOGIN} HTTP/1.1\r\nHost: x\r\n${json.join()}\r\nTransfer-Encoding: chunked\r\n`;

/** Every kind of answer that is not a route's own, sent as bytes: most of it is nothing that a client would send. */
const KINDS: [what: string, request: string, status: number][] = [
  ['a missing credential', requestText('GET', '/api/v1/users/me'), 401],
  ['an unknown path', requestText('GET', '/api/v1/nowhere'), 404],
  ['an unknown path with a body', requestText('POST', '/nowhere', json, '{}'), 404],
  ['a path that is the root', requestText('GET', '/'), 404],
  ['a HEAD of an unknown path', requestText('HEAD', '/api/v1/nowhere'), 404],
  ['a refused query', requestText('GET', '/healthz?a=%00'), 422],
  ['a refused query of a file that may be kept', requestText('GET', '/.well-known/jwks.json?a=%00'), 422],
  ['a file of the docs that is not there', requestText('GET', '/docs/package.json'), 404],
  ['a malformed path', requestText('GET', '/api/v1/organizations/%zz'), 400],
  ['an over-long parameter', requestText('GET', `/api/v1/organizations/${'a'.repeat(201)}`), 404],
  ['a target in absolute form', requestText('GET', 'http://x/healthz'), 200],
  ['an asterisk', requestText('OPTIONS', '*'), 404],
  ['an asterisk with another method', requestText('GET', '*'), 404],
  ['OPTIONS that is no preflight', requestText('OPTIONS', LOGIN), 404],
  ['an unlisted preflight', requestText('OPTIONS', LOGIN, ['Origin: https://evil.test', PREFLIGHT]), 404],
  ['an unknown method', requestText('TRACE', '/healthz'), 404],
  ['a method of WebDAV', requestText('PROPFIND', '/healthz'), 404],
  ['a wrong method', requestText('POST', '/healthz', json, '{}'), 404],
  ['malformed JSON', requestText('POST', LOGIN, json, '{'), 400],
  ['an invalid body', requestText('POST', LOGIN, json, '{}'), 422],
  ['a large body', requestText('POST', LOGIN, json, ' '.repeat(70_000)), 413],
  ['a body of another type', requestText('POST', LOGIN, ['Content-Type: text/plain'], 'x'), 415],
  ['a condition and a range', requestText('GET', '/openapi.json', ['If-None-Match: *', 'Range: bytes=0-1']), 200],
  ['an upgrade', requestText('GET', '/healthz', ['Connection: Upgrade', 'Upgrade: websocket']), 200],
  ['an expectation', requestText('GET', '/healthz', ['Expect: the-best']), 200],
  ['HTTP/1.0', 'GET /healthz HTTP/1.0\r\n\r\n', 200],
  ['a request without Host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
  ['what is no HTTP', 'GARBAGE\r\n\r\n', 400],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['two lengths', requestText('POST', LOGIN, ['Content-Length: 1', 'Content-Length: 2']), 400],
  ['a length beside chunks', requestText('POST', LOGIN, ['Transfer-Encoding: chunked', 'Content-Length: 3']), 400],
  ['an over-long chunk extension', `${chunked}\r\n1;${'a'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`, 400],
  ['over-long headers', requestText('GET', '/healthz', [`x-long: ${'x'.repeat(17 * 1024)}`]), 431],
  ['an over-long target', requestText('GET', `/${'a'.repeat(17 * 1024)}`), 431],
];

describe('every response', () => {
  it.each(KINDS)('to %s has the headers of all', async (_, text, status) => {
    const client = await RawConnection.to(portOf(app));
    const isHead = text.startsWith('HEAD');
    const [answer] = await client.send(text).answers(1, () => isHead);
    client.close();
    expect(answer?.status).toBe(status);
    expect(faultsOf(headersIn(answer?.head ?? ''))).toEqual([]);
    if (status >= 400 && !isHead) {
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status, code: expect.any(String) });
    }
  });

  it('to a request that does not end has the headers of all', async () => {
    const arrival = once(app.nest.getHttpServer(), 'connection') as Promise<[Socket]>;
    const client = await RawConnection.to(portOf(app));
    const [socket] = await arrival;
    const timeout = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    app.nest.getHttpServer().emit('clientError', timeout, socket);
    const [answer] = await client.answers(1);
    expect(answer?.status).toBe(408);
    expect(faultsOf(headersIn(answer?.head ?? ''))).toEqual([]);
  });

  it('of every route has the headers of all, to strangers, to a person, as HEAD and before a call from a page', async () => {
    const entries = routerEntries(app.nest).filter((entry) => !entry.startsWith('OPTIONS '));
    expect(entries.length).toBeGreaterThan(70);
    expect(Object.keys(EXCEPTIONS).filter((entry) => !entries.includes(entry))).toEqual([]);
    const person = await signUp(app);
    const faults: Record<string, string[]> = {};
    const seen = new Set<number>();
    for (const entry of entries) {
      for (const [kind, headers, status] of await answersOf(entry, person)) {
        // What is refused is never kept, whatever the route.
        const found = faultsOf(headers, status < 300 && kind !== 'preflight' ? EXCEPTIONS[entry] : {});
        if (found.length > 0) faults[`${kind} ${entry} ${String(status)}`] = found;
        seen.add(status);
      }
    }
    expect(faults).toEqual({});
    expect([...seen]).toEqual(expect.arrayContaining([200, 204, 401, 404, 422]));
  });

  it.each([
    ['an error of the service itself', 'error', 500],
    ['a database that does not answer', 'unavailable', 503],
    ['too many requests', 'limited', 429],
    ['a header that a route has set before it failed', 'kept', 500],
  ])('to %s has the headers of all', async (_, name, status) => {
    const edge = await startEdge([FailingController]);
    const { headers } = await request(edge.url).get(`/failing/${name}`).expect(status);
    expect(faultsOf(headers)).toEqual([]);
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
  function preflight(origin: string): Test {
    return request(app.url)
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
    for (const call of [preflight(origin), request(app.url).get('/healthz').set({ origin })]) {
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
      const response = await fetch(app.url + path, { method, headers, body });
      expect(response.status).toBe(status);
      expect(response.headers.get('access-control-allow-origin')).toBe(LISTED);
      expect(response.headers.get('access-control-allow-credentials')).toBe('true');
      expect(response.headers.get('access-control-expose-headers')).toMatch(/retry-after/);
      expect(response.headers.get('vary')).toMatch(/Origin/);
    },
  );

  it('get past the preflight of a malformed path, to read its refusal', async () => {
    const ask = (path: string, origin: string): Test =>
      request(app.url).options(path).set({ origin, 'access-control-request-method': 'DELETE' });
    const [usual, malformed] = [await ask('/healthz', LISTED), await ask('/api/v1/organizations/%zz', LISTED)];
    expect(malformed.status).toBe(204);
    const names = Object.keys(usual.headers).filter((name) => /^access-control-|^vary$/.test(name));
    expect(names.length).toBeGreaterThan(4);
    for (const name of names) expect(malformed.headers[name]).toBe(usual.headers[name]);
  });

  it('from an unlisted origin cannot read the refusal of a malformed path', async () => {
    for (const method of ['get', 'options'] as const) {
      const call = request(app.url)[method]('/%zz').set({ origin: 'https://evil.example' });
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
