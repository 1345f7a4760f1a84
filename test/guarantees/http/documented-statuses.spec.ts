/** Provokes at every route what can go wrong at any route, and compares it with what openapi.json documents. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import request, { type Test } from 'supertest';
import { generateSecret } from '../../../src/credentials/token-secret.js';
import { bearing, type Actor } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { DatabaseGate } from '../../support/database-gate.js';
import { scene, type Scene } from '../../support/scene.js';

interface Operation {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: string;
  readonly statuses: readonly number[];
}

type Paths = Record<string, Record<string, { responses: Record<string, unknown> }>>;
const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as { paths: Paths };
const operations: Operation[] = Object.entries(paths)
  .filter(([path]) => path.startsWith('/api/') || path.startsWith('/login/'))
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({
      method: method as Operation['method'],
      path,
      statuses: Object.keys(responses).map(Number),
    })),
  );

function documenting(status: number): [string, Operation][] {
  const those = operations.filter(({ statuses }) => statuses.includes(status));
  return those.map((operation) => [`${operation.method.toUpperCase()} ${operation.path}`, operation]);
}

describe('every route that documents it answers', () => {
  let cast: Scene;
  let narrow: Actor;
  let limited: TestApp;
  let cut: TestApp;

  beforeAll(async () => {
    cast = await scene();
    narrow = bearing(cast.app, await cast.owner.issueOrganizationToken(cast.organization.id, ['verifiers:read']));
    const limits = ['SIGN_IN_PER_SOURCE', 'REGISTRATION', 'PASSWORD_RESET', 'INVITATIONS', 'FAILED_TOKENS'];
    const env = Object.fromEntries(limits.map((name) => [`RATE_LIMIT_${name}`, '1/1h']));
    limited = await startApp({ env: { ...env, RATE_LIMIT_ENABLED: 'true' } });
    const gate = await DatabaseGate.before(cast.app.database.url);
    cut = await startApp({ env: { DATABASE_URL: gate.url, VERIFY_TIMEOUT_MS: '200' }, beside: cast.app });
    await gate.shut();
  });

  function pathIn({ path }: Operation): string {
    return path.replace(/\{(?:organization|account)\}/, cast.organization.id).replace(/\{\w+\}/g, () => randomUUID());
  }

  function send(operation: Operation, app: TestApp, credential: string | null): Test {
    const call = request(app.url)[operation.method](pathIn(operation));
    return credential === null ? call : call.set('authorization', `Bearer ${credential}`);
  }

  const asOwner = (operation: Operation): Test => send(operation, cast.app, cast.owner.credential);
  const isPublic = ({ statuses, path }: Operation): boolean =>
    /\/auth\/|\/login\//.test(path) && !statuses.includes(403);

  it.each(documenting(400))('400: %s', async (_, operation) => {
    const call = asOwner(operation).set('x-access-key', 'another');
    await (operation.method === 'get' ? call : call.set('content-type', 'application/json').send('{')).expect(400);
  });

  it.each(documenting(401).filter(([, operation]) => !isPublic(operation)))('401: %s', async (_, operation) => {
    await send(operation, cast.app, null).expect(401);
  });

  it.each(documenting(403))('403: %s', async (_, operation) => {
    const credential = operation.path === '/api/v1/token' ? cast.owner.credential : narrow.credential;
    await send(operation, cast.app, credential).set('origin', 'https://evil.example').expect(403);
  });

  it.each(documenting(404).filter(([, { path }]) => path.includes('{')))('404: %s', async (_, operation) => {
    await send(operation, cast.app, cast.outsider.credential).send(bodyOf(operation)).expect(404);
  });

  it.each(documenting(413))('413: %s', async (_, operation) => {
    await asOwner(operation)
      .send({ filler: 'x'.repeat(70_000) })
      .expect(413);
  });

  it.each(documenting(415))('415: %s', async (_, operation) => {
    await asOwner(operation).set('content-type', 'text/plain').send('label=x').expect(415);
  });

  it.each(documenting(422))('422: %s', async (_, operation) => {
    const credential = operation.path === '/api/v1/token' ? narrow.credential : cast.owner.credential;
    const call = send(operation, cast.app, credential);
    await (operation.method === 'get' ? call.query({ limit: 0 }) : call.send({ unknown: 1 })).expect(422);
  });

  it.each(documenting(429))('429: %s', async (_, operation) => {
    const email = 'somebody@example.test';
    const body = { email, password: 'a long enough pass phrase', name: 'S' };
    const { secret } = generateSecret('lk', 'personal', limited.config.tokens.hashKeys[0]);
    const credentials = { email, password: body.password };
    const fields = { register: body, login: credentials, 'login/token': credentials, forgot: { email } };
    const names = Object.keys(fields) as (keyof typeof fields)[];
    const name = names.find((each) => operation.path.endsWith(`/${each}`));
    const credential = name === undefined ? secret : null;
    const answers = await Promise.all(
      [1, 2, 3].map(() => send(operation, limited, credential).send(name && fields[name])),
    );
    expect(answers.map(({ status }) => status)).toContain(429);
  });

  it.each(documenting(503))('503: %s', async (_, operation) => {
    const call = send(operation, cut, cast.owner.credential).set('cookie', cast.owner.cookie);
    const { status, headers } = await call.send(validBodyOf(operation));
    expect({ status, wait: Number(headers['retry-after']) }).toEqual({ status: 503, wait: 1 });
  });
});

/** Valid enough for the routes without an organization to look for what the path names. */
function bodyOf({ method }: Operation): object | undefined {
  if (method === 'patch') return { label: 'x' };
  return method === 'post' ? {} : undefined;
}

/** Valid enough for the public routes to reach the database. */
function validBodyOf({ path }: Operation): object | undefined {
  const email = 'somebody@example.test';
  const password = 'a long enough pass phrase';
  const token = 'x'.repeat(43);
  if (path.endsWith('/register')) return { email, password, name: 'S' };
  if (path.endsWith('/login') || path === '/login/token') return { email, password };
  if (path.endsWith('/forgot')) return { email };
  if (path.endsWith('/reset')) return { token, newPassword: password };
  if (path.endsWith('/email/verify')) return { token };
  return undefined;
}
