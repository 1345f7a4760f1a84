/**
 * No page of another origin uses the refresh cookie, whatever the browser says about where it stands: each route that reads
 * the cookie, against each kind of origin and of Fetch Metadata. No other route takes a cookie for a credential.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { GUARDS_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import 'reflect-metadata';
import request, { type Response } from 'supertest';
import { CrossSiteGuard } from '../../../src/auth/guards/cross-site.guard.js';
import { routeTable, type Route } from '../../../src/openapi/route-table.js';
import { RequestSessionsPipe } from '../../../src/user-account/request-sessions.pipe.js';
import { Actor, signIn, signUp } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { tokenOf } from '../../support/mails.js';
import { outcomeOf } from '../../support/route-calls.js';
import { cookieOf } from '../../support/sessions.js';

const OWN = 'https://api.example.test';
const DASHBOARD = 'https://dashboard.example.test';
const LISTED = 'https://app.example.test';

interface Page {
  readonly site?: string;
  readonly origin?: string;
}

const WELCOME: readonly Page[] = [
  {},
  { site: 'none' },
  { site: 'same-origin' },
  { site: 'same-origin', origin: OWN },
  { origin: OWN },
  { origin: DASHBOARD },
  { site: 'same-site', origin: DASHBOARD },
  { site: 'same-site', origin: LISTED },
  { site: 'cross-site', origin: LISTED },
];

const FOREIGN: readonly Page[] = [
  { site: 'cross-site' },
  { site: 'same-site' },
  { site: 'anything-else' },
  { site: '' },
  ...[undefined, 'none', 'same-site', 'cross-site'].flatMap((site): Page[] =>
    [
      'https://evil.test',
      'null',
      '',
      '*',
      'https://sibling.example.test',
      'https://example.test',
      'https://deeper.api.example.test',
      `${OWN}:8443`,
      `${OWN}.evil.test`,
      'http://api.example.test',
      `${OWN}/`,
      'https://API.example.test',
      `${OWN}, ${DASHBOARD}`,
    ].map((origin) => ({ ...(site !== undefined && { site }), origin })),
  ),
];

function headersOf({ site, origin }: Page): Record<string, string> {
  return { ...(site !== undefined && { 'sec-fetch-site': site }), ...(origin !== undefined && { origin }) };
}

/** By what a route has to do with the cookie. */
const GUARDED: Readonly<Record<string, number>> = { 'POST /api/v1/auth/logout': 204, 'POST /api/v1/auth/refresh': 200 };
const CARRYING = ['POST /api/v1/auth/email/verify', 'POST /api/v1/auth/password/reset'];

let app: TestApp;
let routes: Route[];
beforeAll(async () => {
  const env = { PUBLIC_URL: OWN, DASHBOARD_URL: DASHBOARD, CORS_ORIGINS: LISTED };
  app = await startApp({ env });
  routes = routeTable(app.nest);
}, 60_000);

const named = ({ method, path }: Route): string => `${method} ${path}`;

/** The routes for which this holds of the controller's method, as the framework knows it. */
function routesWhere(holds: (handler: object, controller: object, name: string) => boolean): string[] {
  const controllers = new DiscoveryService(app.nest.get(ModulesContainer)).getControllers();
  const declared = new Map(controllers.map(({ metatype }) => [String(metatype?.name), metatype]));
  return routes
    .filter(({ handler }) => {
      const [controller = '', name = ''] = handler.split('.');
      const type = declared.get(controller) as (new () => object) | undefined;
      const method = (type?.prototype as Record<string, object> | undefined)?.[name];
      return type !== undefined && method !== undefined && holds(method, type, name);
    })
    .map(named)
    .sort();
}

describe('a route that reads the refresh cookie', () => {
  it('stands in the tables of this spec', () => {
    const guarded = routesWhere((handler) =>
      ((Reflect.getMetadata(GUARDS_METADATA, handler) as unknown[] | undefined) ?? []).includes(CrossSiteGuard),
    );
    const carrying = routesWhere((_, controller, name) => {
      const parameters = Object.values((Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as object);
      return parameters.some(({ pipes }: { pipes?: unknown[] }) => pipes?.includes(RequestSessionsPipe));
    });
    expect({ guarded, carrying }).toEqual({ guarded: Object.keys(GUARDED), carrying: CARRYING });
  });

  it.each(Object.entries(GUARDED))('%s takes it from a page that may use it', async (route, status) => {
    const { email } = await signUp(app);
    const answers: unknown[] = [];
    for (const page of WELCOME) {
      const { cookie } = await signIn(app, email);
      answers.push({ page, status: (await callFrom(page, route, cookie)).status });
    }
    expect(answers).toEqual(WELCOME.map((page) => ({ page, status })));
  });

  it.each(Object.entries(GUARDED))('%s refuses it to every other page, and uses nothing up', async (route, status) => {
    const person = await signUp(app);
    const answers: unknown[] = [];
    for (const page of FOREIGN) {
      const { status: answered, body, headers } = await callFrom(page, route, person.cookie);
      const { code } = body as { code?: string };
      answers.push({ page, status: answered, code, cookie: headers['set-cookie'] });
    }
    expect(answers).toEqual(
      FOREIGN.map((page) => ({ page, status: 403, code: 'cross_site_request', cookie: undefined })),
    );
    await person.get('/api/v1/users/me').expect(200);
    expect((await callFrom({}, route, person.cookie)).status).toBe(status);
  });

  it.each([
    ['is believed from', { site: 'same-site', origin: DASHBOARD }, 200],
    ['is ignored from', { site: 'same-site' }, 401],
    ['is ignored from', { site: 'same-site', origin: 'https://sibling.example.test' }, 401],
    ['is ignored from', { site: 'cross-site', origin: 'null' }, 401],
  ])('to prove an address %s a page that sends %j', async (_, page, status) => {
    const person = await signUp(app);
    const mail = await app.mails.waitFor(person.email);
    await callFrom(page, 'POST /api/v1/auth/email/verify', person.cookie, { token: tokenOf(mail) });
    await person.get('/api/v1/users/me').expect(status);
  });
});

describe('a route that wants a credential', () => {
  it('takes no cookie for one', async () => {
    const person = await signUp(app);
    const wanting = routes.filter(({ requirement }) => requirement?.public === false);
    expect(wanting.length).toBeGreaterThan(40);
    const answers: Record<string, string> = {};
    for (const route of wanting) {
      const outcome = await outcomeOf(route, new Actor(app, null), person.id, { cookie: person.cookie });
      if (outcome !== 'credential wanted') answers[named(route)] = outcome;
    }
    expect(answers).toEqual({});
    // The cookie was good.
    const refreshed = await callFrom({}, 'POST /api/v1/auth/refresh', person.cookie);
    expect(cookieOf(refreshed.headers)).toMatch(/^__Host-latchkey_refresh=/);
  });
});

function callFrom(page: Page, route: string, cookie: string, body?: object): Promise<Response> {
  const path = route.split(' ')[1] ?? '';
  const call = request(app.url).post(path).set(headersOf(page)).set('cookie', cookie);
  return (body ? call.send(body) : call).then();
}
