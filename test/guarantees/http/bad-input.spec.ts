import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Response, Test } from 'supertest';
import { permissionOf, routeTable, type Route } from '../../../src/openapi/route-table.js';
import type { Actor } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { scene, type Scene } from '../../support/scene.js';
import { issue, TOKEN_KINDS, tokenPath, tokensPath } from '../../support/tokens.js';

const NOWHERE = '019a0000-0000-7000-8000-000000000000';

let cast: Scene;
let owner: Scene['owner'];
let tokens: string;
beforeAll(async () => {
  cast = await scene();
  ({ owner } = cast);
  tokens = tokensPath('organization', cast);
});

/** A body exactly as written, with a label of its own. */
function raw(actor: Actor, method: 'post' | 'patch' | 'delete', path: string, body: string, type?: string): Test {
  return actor
    .call(method, path)
    .set('content-type', type ?? 'application/json')
    .send(body);
}

async function dbState(): Promise<unknown> {
  const [counts] = await cast.app.db(
    `SELECT (SELECT count(*) FROM access_tokens) AS tokens, (SELECT count(*) FROM organizations) AS organizations,
            (SELECT count(*) FROM invitations) AS invitations,
            (SELECT string_agg(role, ',' ORDER BY user_id) FROM memberships) AS roles,
            (SELECT string_agg(name, ',' ORDER BY id) FROM organizations) AS names`,
  );
  return counts;
}

/** Makes the call, which must be refused, and checks that it left nothing behind. */
async function refused(call: () => Test, status: number, code: string): Promise<Response> {
  const before = await dbState();
  const response = await call().expect(problem(status, code));
  expect(await dbState()).toEqual(before);
  return response;
}

function fieldsOf({ body }: Response): string[] {
  return (body.errors as { field: string }[]).map(({ field }) => field);
}

describe('a body', () => {
  it.each([
    ['an unknown property', { label: 'x', scopes: ['tokens:read'], expiresAt: null, hash: 'canary' }, 'hash'],
    ['a wrong type', { label: { canary: 1 }, scopes: ['tokens:read'], expiresAt: null }, 'label'],
    ['a list for a text', { label: ['canary'], scopes: ['tokens:read'], expiresAt: null }, 'label'],
    ['a text for a list', { label: 'x', scopes: 'canary', expiresAt: null }, 'scopes'],
    ['objects in a list', { label: 'x', scopes: [{ canary: 1 }], expiresAt: null }, 'scopes'],
    ['an unknown scope', { label: 'x', scopes: ['canary:read'], expiresAt: null }, 'scopes'],
    ['another owner', { label: 'x', scopes: ['tokens:read'], expiresAt: null, createdBy: 'canary' }, 'createdBy'],
    ['another organization', { label: 'x', scopes: ['tokens:read'], expiresAt: null, orgId: 'canary' }, 'orgId'],
    ['a number out of all bounds', { label: 'x', scopes: ['tokens:read'], expiresAt: 1e308 }, 'expiresAt'],
  ])('with %s is refused by the name of the field, without the value', async (_, body, field) => {
    const response = await refused(() => owner.post(tokens, body), 422, 'validation_failed');
    expect(fieldsOf(response)[0]).toMatch(new RegExp(`^${field}`));
    expect(response.text).not.toContain('canary');
  });

  it.each(['', '{}', '[]', '[{"label":"x"}]', 'null', '1', '"text"', 'true'])(
    'of %j is refused where an object is expected',
    async (body) => {
      await refused(() => raw(owner, 'post', tokens, body), 422, 'validation_failed');
    },
  );

  it.each([
    ['NUL', 'a\\u0000b'],
    ['an unpaired surrogate', 'a\\ud800b'],
    ['a bidirectional override', 'a\\u202eb'],
    ['a bidirectional isolate', 'a\\u2066b'],
    ['a zero-width space', 'a\\u200bb'],
    ['a line separator', 'a\\u2028b'],
    ['a line feed', 'a\\nb'],
    ['an escape sequence', '\\u001b[2J'],
    ['nothing but spaces', '   '],
    ['101 characters', 'x'.repeat(101)],
  ])('that names something with %s is refused', async (_, text) => {
    const token = `{"label":"${text}","scopes":["tokens:read"],"expiresAt":null}`;
    await refused(() => raw(owner, 'post', tokens, token), 422, 'validation_failed');
    await refused(() => raw(owner, 'post', '/api/v1/organizations', `{"name":"${text}"}`), 422, 'validation_failed');
    await refused(() => raw(owner, 'patch', cast.organization.path, `{"name":"${text}"}`), 422, 'validation_failed');
  });

  it.each([
    ['cut short', '{"name":"x"'],
    ['a prototype', '{"name":"x","__proto__":{"x":1}}'],
    ['a constructor', '{"name":"x","constructor":{"prototype":{"x":1}}}'],
    ['5000 levels of nesting', `{"name":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ])('with %s is malformed', async (_, body) => {
    await refused(() => raw(owner, 'post', '/api/v1/organizations', body), 400, 'malformed_json');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it.each([
    'application/json; charset=utf-16',
    'application/json garbage',
    'application/vnd.x+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
  ])('labelled %s is never read', async (type) => {
    const body = '{"name":"Acme"}';
    await refused(() => raw(owner, 'post', '/api/v1/organizations', body, type), 415, 'unsupported_media_type');
  });

  it('labelled with a leading tab is validated exactly like JSON', async () => {
    const body = '{"name":"","x":1}';
    const call = (): Test => raw(owner, 'post', '/api/v1/organizations', body, '\tapplication/json');
    await refused(call, 422, 'validation_failed');
  });

  it('of more than 64 KiB is refused before anything looks at it', async () => {
    const body = { email: 'a@example.test', password: 'x'.repeat(100_000) };
    await refused(() => cast.anonymous.post('/api/v1/auth/login', body), 413, 'payload_too_large');
  });

  it.each([{ $ne: null }, ['owner'], 1, true, null, 'OWNER', 'owner ', 'superuser'])(
    'cannot smuggle %j in as a role',
    async (role) => {
      const path = `${cast.organization.path}/members/${cast.viewer.id}`;
      await refused(() => owner.patch(path, { role }), 422, 'validation_failed');
    },
  );

  it.each([{ $ne: null }, ['a@example.test'], 1, true, null, {}])(
    'cannot smuggle %j in as an email address or a password',
    async (value) => {
      const password = 'a long enough pass phrase 42';
      const login = (body: object) => (): Test => cast.anonymous.post('/api/v1/auth/login', body);
      await refused(login({ email: value, password }), 422, 'validation_failed');
      await refused(login({ email: owner.email, password: value }), 422, 'validation_failed');
    },
  );
});

describe('revoking', () => {
  it.each(TOKEN_KINDS)('a %s token works with an empty body that is labelled JSON', async (kind) => {
    const issued = await issue(kind, cast, owner);
    await raw(owner, 'delete', tokenPath(kind, cast, issued), '').expect(204);
    const row = await cast.app.db('SELECT revoked_at FROM access_tokens WHERE id = $1', [issued.token.id]);
    expect(row).toEqual([{ revoked_at: expect.any(Date) }]);
  });

  it.each(TOKEN_KINDS)('a %s token is refused, and does not half happen, with a bad body', async (kind) => {
    const issued = await issue(kind, cast, owner);
    const path = tokenPath(kind, cast, issued);
    await raw(owner, 'delete', path, '{').expect(problem(400, 'malformed_json'));
    await raw(owner, 'delete', path, '{"reason":"\\u0000"}').expect(problem(422, 'validation_failed'));
    await raw(owner, 'delete', path, 'reason=x', 'text/plain').expect(problem(415, 'unsupported_media_type'));
    const row = await cast.app.db('SELECT revoked_at FROM access_tokens WHERE id = $1', [issued.token.id]);
    expect(row).toEqual([{ revoked_at: null }]);
  });
});

describe('a query', () => {
  it.each([
    'limit=0',
    'limit=-1',
    'limit=1.5',
    'limit=101',
    'limit=1e9',
    'limit=1e20',
    'limit=abc',
    'limit=NaN',
    'limit=Infinity',
    'limit=1&limit=2',
    'limit[]=1',
    'cursor=x&cursor=y',
    'cursor=garbage',
    `cursor=${Buffer.from('[1,2]').toString('base64url')}`,
    `cursor=${Buffer.from('{"a":1}').toString('base64url')}`,
    `cursor=${Buffer.from(JSON.stringify(['\0', NOWHERE])).toString('base64url')}`,
    `cursor=${Buffer.from(JSON.stringify(["'; DROP TABLE users", 'x'])).toString('base64url')}`,
    `cursor=${'x'.repeat(401)}`,
    'sort=label;drop',
    'sort=__proto__',
    'sort=constructor',
    'order=ASC,1',
    'status=everything',
    'status[]=active',
    'createdBy=1',
    'q=%00',
    'q=%E2%80%AE',
    'a%00=1',
    'filter[x]=1',
    'organizationId=1',
    'access_token=x',
  ])('of %s is refused', async (query) => {
    await owner.get(`${tokens}?${query}`).expect(problem(422, 'validation_failed'));
  });

  it('never reaches a prototype', async () => {
    await owner.get(`${tokens}?__proto__=x&constructor[prototype][x]=1&__proto__[x]=1`);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it.each(['members', 'invitations', 'audit-events'])(
    'cannot page %s with the cursor of another list',
    async (list) => {
      for (let label = 0; label < 2; label += 1) await issue('organization', cast, owner);
      const { body } = await owner.get(`${tokens}?limit=1&sort=lastUsedAt`).expect(200);
      const response = await owner.get(`${cast.organization.path}/${list}?cursor=${String(body.nextCursor)}`);
      expect([200, 422]).toContain(response.status);
    },
  );
});

describe('an id in a path', () => {
  const STRANGE = [
    '1',
    'null',
    'undefined',
    '00000000-0000-0000-0000-000000000000',
    NOWHERE,
    NOWHERE.toUpperCase(),
    `{${NOWHERE}}`,
    NOWHERE.replaceAll('-', ''),
    `urn:uuid:${NOWHERE}`,
    `${NOWHERE}%00`,
    '%00',
    "' OR 1=1 --",
    '%F0%9F%98%80',
    '%C0%80',
    'x'.repeat(500),
    '..%2f..%2fusers',
  ].map((id) => id.replaceAll(' ', '%20'));

  it.each(STRANGE)('of %s is not found', async (id) => {
    const places = [`organizations/${id}`, `organizations/${id}/tokens`, `users/me/tokens/${id}`];
    const inside = [`tokens/${id}`, `members/${id}`, `invitations/${id}`].map(
      (path) => `${cast.organization.path}/${path}`,
    );
    const gets = places.map((path) => owner.get(`/api/v1/${path}`));
    const deletes = inside.map((path) => owner.delete(path));
    const statuses = (await Promise.all([...gets, ...deletes])).map(({ status }) => status);
    // Bytes that are no UTF-8 are no path at all.
    expect(new Set(statuses)).toEqual(new Set([id === '%C0%80' ? 400 : 404]));
  });

  it('is as absent when it is malformed as when it is merely unknown', async () => {
    const unknown = await owner.get(`${tokens}/${NOWHERE}`);
    const malformed = await owner.get(`${tokens}/nonsense`);
    expect(anonymized(malformed)).toEqual(anonymized(unknown));
  });
});

/** What nobody sends by accident, to every route there is. */
describe('no route', () => {
  let routes: Route[];
  beforeAll(() => {
    routes = routeTable(cast.app.nest);
  });

  function pathOf({ path }: Route): string {
    return path.replace(':organization', cast.organization.id).replaceAll(/:\w+/g, NOWHERE);
  }

  it.each([
    ['is cut short', '{'],
    ['is NUL', '\0'],
    ['has NUL inside', '{"a":"\\u0000"}'],
    ['has an unpaired surrogate', '{"a":"\\udfff"}'],
    ['nests deeply', '['.repeat(9000)],
    ['poisons a prototype', '{"__proto__":{}}'],
    ['begins with a byte order mark', '\ufeff{'],
  ])('breaks on a body that %s', async (_, body) => {
    const writing = routes.filter(({ method }) => method !== 'GET');
    const calls = writing.map(async (route) => {
      const method = route.method.toLowerCase() as 'post';
      const { status } = await raw(owner, method, pathOf(route), body);
      return `${String(status)} ${route.method} ${route.path}`;
    });
    expect((await Promise.all(calls)).filter((answer) => !/^4(?:00|22)/.test(answer))).toEqual([]);
  });

  it.each(['[]', '"x"', '{"a":{"b":{"c":[]}}}', '{"name":{},"label":[],"token":{},"email":[],"password":{},"role":1}'])(
    'breaks on the well-formed body %s',
    async (body) => {
      const writing = routes.filter(({ method }) => method === 'POST' || method === 'PATCH');
      const harmless = writing.filter(({ path }) => !path.endsWith('/logout'));
      const calls = harmless.map((route) => raw(owner, route.method.toLowerCase() as 'post', pathOf(route), body));
      expect((await Promise.all(calls)).filter(({ status }) => status >= 500)).toEqual([]);
    },
  );

  it.each([
    'limit=1e20',
    'cursor=%00',
    'cursor=W10',
    'a[b][c]=1',
    '%zz',
    '%',
    '__proto__=1',
    'q=%ff%fe',
    'from=x&to=-1',
  ])('breaks on the query %s', async (query) => {
    const reading = routes.filter((route) => route.method === 'GET' && permissionOf(route) !== null);
    const answers = await Promise.all(reading.map((route) => owner.get(`${pathOf(route)}?${query}`)));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });
});
