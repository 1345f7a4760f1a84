import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request, { type Test } from 'supertest';
import { AppModule } from '../../../src/app.module.js';
import { createApp } from '../../../src/create-app.js';
import { openApiDocument } from '../../../src/openapi/openapi-document.js';
import { permissionOf, routeTable, type Route } from '../../../src/openapi/route-table.js';
import { signUp } from '../../support/actors.js';
import { sharedApp, type TestApp } from '../../support/app.js';
import { routerEntries } from '../../support/router.js';

/** Whoever adds a route here has to say why a stranger may call it. */
const PUBLIC_ROUTES = [
  'GET /.well-known/jwks.json', // verifying signatures takes public keys
  'GET /api/v1/networks', // the same short list for everybody, of nobody’s things
  'GET /api/v1/public-networks', // clients list networks before they have a key
  'GET /healthz', // probes hold no credential
  'GET /metrics', // guarded by METRICS_TOKEN
  'GET /readyz',
  'POST /api/v1/auth/email/verify', // proven by the mailed token
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/logout', // proven by the refresh cookie
  'POST /api/v1/auth/password/forgot',
  'POST /api/v1/auth/password/reset', // proven by the mailed token
  'POST /api/v1/auth/refresh', // proven by the refresh cookie
  'POST /api/v1/auth/register',
  'POST /login/token', // a sign-in, for Tenderly's clients
];

/** Routes of the HTTP edge itself, which pass no guard: the documentation and the answer to preflights. */
const EDGE_ROUTES = [
  'GET /docs',
  'GET /docs/',
  'GET /docs/favicon-32x32.png',
  'GET /docs/start.js',
  'GET /docs/swagger-ui-bundle.js',
  'GET /docs/swagger-ui.css',
  'GET /openapi.json',
  'OPTIONS *',
];

const PORTAL_ROUTES = ['/api/account', '/api/account/:publicKey'];

let app: TestApp;
let routes: Route[];
beforeAll(async () => {
  app = await sharedApp();
  routes = routeTable(app.nest);
});

function named({ method, path }: Route): string {
  return `${method} ${path}`;
}

describe('the router', () => {
  it('answers what the route table lists and the edge’s own routes, and nothing else', () => {
    expect(routerEntries(app.nest)).toEqual([...routes.map(named), ...EDGE_ROUTES].sort());
  });
});

describe('every route', () => {
  it('declares what it requires, or that it is public', () => {
    expect(routes.filter(({ requirement }) => !requirement).map(named)).toEqual([]);
  });

  it('says an operation id of its own, from which clients are generated', () => {
    const { paths } = openApiDocument(app.nest);
    const ids = Object.values(paths).flatMap((item) => Object.values(item as object)) as { operationId?: string }[];
    expect(ids.filter(({ operationId }) => operationId === undefined)).toEqual([]);
    expect(new Set(ids.map(({ operationId }) => operationId)).size).toBe(ids.length);
  });

  it('that is public is listed here', () => {
    const found = routes.filter(({ requirement }) => requirement?.public).map(named);
    expect(found.sort()).toEqual(PUBLIC_ROUTES);
  });

  it('that is guarded can be used by some kind of credential', () => {
    const useless = routes.filter((route) => permissionOf(route) !== null && route.credentials.length === 0);
    expect(useless.map(named)).toEqual([]);
  });

  it('that is guarded answers 401 without a credential, to HEAD too, however it is asked', async () => {
    const guarded = routes.filter((route) => permissionOf(route) !== null && !PORTAL_ROUTES.includes(route.path));
    const answers = await Promise.all(guarded.flatMap((route) => strangersAt(route)));
    expect(guarded.length).toBeGreaterThan(20);
    expect(answers.filter(({ status }) => status !== 401)).toEqual([]);
    const challenges = new Set(answers.map(({ headers }) => String(headers['www-authenticate'])));
    expect([...challenges]).toEqual(['Bearer realm="latchkey"']);
  });
});

describe('the routes of the Hedera Portal', () => {
  it('answer 403 instead, as their clients expect', async () => {
    const those = routes.filter(({ path }) => PORTAL_ROUTES.includes(path));
    const answers = await Promise.all(those.flatMap((route) => strangersAt(route)));
    expect(those).toHaveLength(2);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
  });
});

/** The same call with nothing, with a body, and with the credential in places where none is looked for. */
function strangersAt({ method, path }: Route): Test[] {
  const target = path.replaceAll(/:\w+/g, '019a0000-0000-7000-8000-000000000000');
  const call = (): Test => request(app.url)[method.toLowerCase() as 'get'](target);
  const bare = [call(), call().query({ access_token: 'x' }), call().set('authorization', 'Basic eDp4')];
  return method === 'GET' ? [...bare, request(app.url).head(target)] : [...bare, call().send({ access_token: 'x' })];
}

@Controller('undeclared')
class UndeclaredController {
  @Get()
  read(): string {
    return 'reached';
  }
}

@Module({})
class CarelessModule {}

describe('a route that declares nothing', () => {
  let careless: NestFastifyApplication;
  beforeAll(async () => {
    const imports = [AppModule.forConfig(app.config)];
    const module = { module: CarelessModule, imports, controllers: [UndeclaredController] };
    careless = await createApp(app.config, { module });
    await careless.listen(0, '127.0.0.1');
  });
  afterAll(() => careless.close());

  it('is refused to strangers', async () => {
    const { text } = await request(careless.getHttpServer()).get('/undeclared').expect(401);
    expect(text).not.toContain('reached');
  });

  it('is refused to people who are signed in', async () => {
    const { credential } = await signUp(app);
    const call = request(careless.getHttpServer()).get('/undeclared');
    const { text } = await call.set('authorization', `Bearer ${String(credential)}`).expect(403);
    expect(text).not.toContain('reached');
  });

  it('is seen by the check above', () => {
    const undeclared = routeTable(careless).filter(({ requirement }) => !requirement);
    expect(undeclared.map(named)).toEqual(['GET /undeclared']);
  });
});
