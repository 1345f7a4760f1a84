import { beforeAll, describe, expect, it } from '@jest/globals';
import { scopesOf } from '../../../src/access-control/scopes.js';
import { permissionOf, routeTable, type Route } from '../../../src/openapi/route-table.js';
import { bearing } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { RawConnection, requestText } from '../../support/raw-connection.js';
import { outcomeOf } from '../../support/route-calls.js';
import { scene, type Scene } from '../../support/scene.js';
import { keyHolder } from '../../support/tenderly.js';
import { issue, present } from '../../support/tokens.js';

let cast: Scene;
let owner: Scene['owner'];
beforeAll(async () => {
  cast = await scene();
  ({ owner } = cast);
});

describe('two credentials', () => {
  it('that differ are refused, wherever they stand', async () => {
    const issued = await issue('organization', cast, owner);
    const call = owner.get('/api/v1/users/me').set('x-access-key', issued.secret);
    const { headers } = await call.expect(problem(400, 'ambiguous_credentials'));
    expect(headers['www-authenticate']).toBe('Bearer realm="latchkey", error="invalid_request"');
  });

  it('that are the same count as one', async () => {
    const { credential } = owner;
    await owner.get('/api/v1/users/me').set('x-access-key', String(credential)).expect(200);
  });
});

describe('a second credential', () => {
  it.each(['Authorization: Bearer lk_org_unknown', 'X-Access-Key: lk_org_unknown'])(
    'behind thousands of headers, %j, is not overlooked',
    async (second) => {
      const { secret } = await issue('organization', cast, owner);
      const client = await RawConnection.to(Number(new URL(cast.app.url).port));
      const fillers = Array.from({ length: 1_998 }, () => 'a: ');
      const first = `Authorization: Bearer ${secret}`;
      const [answer] = await client.send(requestText('GET', '/api/v1/token', [first, ...fillers, second])).answers(1);
      client.close();
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('"ambiguous_credentials"') });
    },
  );
});

describe('white space', () => {
  const token = async (): Promise<string> => (await issue('organization', cast, owner)).secret;

  /** As bytes: a client would encode them. */
  async function statusWith(header: string): Promise<number | undefined> {
    const client = await RawConnection.to(Number(new URL(cast.app.url).port));
    const [answer] = await client.send(requestText('GET', '/api/v1/token', [header])).answers(1);
    client.close();
    return answer?.status;
  }

  it.each([' ', '\t', ' \t '])('of HTTP (%j) around a credential is no part of it', async (space) => {
    expect(await statusWith(`Authorization:${space}Bearer ${await token()}${space}`)).toBe(200);
    expect(await statusWith(`X-Access-Key:${space}${await token()}${space}`)).toBe(200);
  });

  it.each(['\u00a0', '\u0085'])('of other kinds (%j) makes it another credential', async (space) => {
    const secret = await token();
    for (const text of [`${space}${secret}`, `${secret}${space}`]) {
      expect(await statusWith(`Authorization: Bearer ${text}`)).toBe(401);
      expect(await statusWith(`X-Access-Key: ${text}`)).toBe(401);
    }
    expect(await statusWith(`Authorization: ${space}Bearer ${secret}`)).toBe(401);
  });
});

describe('a credential', () => {
  it.each([
    ['an over-long', 'x'.repeat(8000)],
    ['an empty', ''],
    ['a punctuated', '{"a":1}'],
    ['a dotted', '...'],
    ['a percent-encoded', '%00%00'],
    ['a Latin-1', 'lk_org_é'],
  ])('with %s text is refused like any other', async (_, secret) => {
    const unknown = await present(cast.anonymous).set('authorization', 'Bearer lk_org_unknown').expect(401);
    const response = await present(cast.anonymous).set('authorization', `Bearer ${secret}`);
    expect(response.status).toBe(401);
    expect(anonymized(response)).toEqual(anonymized(unknown));
  });
});

describe('X-Access-Key', () => {
  const guarded = (): Route[] => routeTable(cast.app.nest).filter((route) => permissionOf(route) !== null);

  it('carries a token on every guarded route as a bearer does', async () => {
    const fields = { scopes: scopesOf('organization') };
    expect(guarded().length).toBeGreaterThan(40);
    for (const route of guarded()) {
      // One each, because some routes revoke the token that calls.
      const [asKey, asBearer] = [
        await issue('organization', cast, owner, fields),
        await issue('organization', cast, owner, fields),
      ];
      const place = cast.organization.id;
      const outcome = await outcomeOf(route, keyHolder(cast.app, asKey), place);
      expect({ route: route.handler, outcome }).toEqual({
        route: route.handler,
        outcome: await outcomeOf(route, bearing(cast.app, asBearer), place),
      });
      expect(['allowed', 'permission refused']).toContain(outcome);
    }
  });

  it('carries a session on every guarded route, as far as nothing is lost by it', async () => {
    const reading = guarded().filter(({ method, credentials }) => method === 'GET' && credentials.includes('session'));
    for (const route of reading) {
      const outcome = await outcomeOf(
        route,
        keyHolder(cast.app, { secret: String(owner.credential) }),
        cast.organization.id,
      );
      expect({ route: route.handler, outcome }).toEqual({ route: route.handler, outcome: 'allowed' });
    }
  });

  it('with a key that was never issued is refused on every guarded route', async () => {
    for (const route of guarded()) {
      const outcome = await outcomeOf(route, keyHolder(cast.app, { secret: 'lk_org_unknown' }), cast.organization.id);
      expect({ route: route.handler, outcome }).toEqual({ route: route.handler, outcome: 'credential refused' });
    }
  });
});
