/**
 * What is no live token is refused, always with the same bytes, and what this service cannot have issued costs the
 * database nothing.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { generateSecret } from '../../../src/credentials/token-secret.js';
import { Actor, bearing, type IssuedToken } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { scene, type Scene } from '../../support/scene.js';
import { dbExpire, dbToken, issue, present, tokenBody, tokenPath, tokensPath } from '../../support/tokens.js';

const KEY = { version: 'v1', key: randomBytes(32) };
const replaced = (text: string, at: number, by: string): string => text.slice(0, at) + by + text.slice(at + 1);

let cast: Scene;
let issued: IssuedToken;
beforeAll(async () => {
  cast = await scene();
  issued = await issue('organization', cast, cast.owner, { scopes: ['tokens:read'] });
});
const holderOf = (credential: string): Actor => new Actor(cast.app, credential);

describe('a token that was never issued', () => {
  const statements: string[] = [];
  const original = pg.Client.prototype.query;
  const query = jest.spyOn(pg.Client.prototype, 'query');
  beforeAll(() => {
    query.mockImplementation(function (this: pg.Client, ...args: unknown[]) {
      const { application_name: name } = (this as unknown as { connectionParameters: { application_name: string } })
        .connectionParameters;
      // The job queue asks for work all the time, whoever calls.
      if (name !== 'latchkey-queue') statements.push(JSON.stringify(args[0]));
      return Reflect.apply(original, this, args) as never;
    });
  });
  beforeEach(() => void statements.splice(0));
  afterAll(() => query.mockRestore());

  const good = generateSecret('lk', 'organization', KEY).secret;
  it.each([
    ['nothing', ''],
    ['another character at the end', replaced(good, good.length - 1, good.endsWith('0') ? '1' : '0')],
    ['another character inside', replaced(good, 30, good[30] === 'a' ? 'b' : 'a')],
    ['another kind', good.replace('_org_', '_pat_')],
    ['another brand', good.replace('lk_', 'gh_')],
    ['one character more', `${good}0`],
    ['one character less', good.slice(0, -1)],
    ['a character beyond base62', replaced(good, 20, '-')],
    ['the same in capitals', good.toUpperCase()],
    ['eight thousand characters', randomBytes(4000).toString('hex')],
    ['SQL', `' OR 1=1 --`],
    ['a UUID', '0193d7a4-7a5b-7000-8000-000000000000'],
  ])('and cannot have been (%s) is refused without a query', async (_, credential) => {
    await present(holderOf(credential)).expect(problem(401, 'invalid_token'));
    expect(statements).toEqual([]);
  });

  it('but might have been is looked for, and refused with the same bytes', async () => {
    const unknown = await present(holderOf(good)).expect(problem(401, 'invalid_token'));
    expect(statements).not.toEqual([]);
    const impossible = await present(holderOf('x'));
    expect(anonymized(unknown)).toEqual(anonymized(impossible));
    expect(unknown.headers['www-authenticate']).toBe(impossible.headers['www-authenticate']);
  });
});

describe('a live token', () => {
  it.each(['bearer', 'Bearer', 'BEARER'])('is taken with the scheme %s', async (scheme) => {
    await present(cast.anonymous).set('authorization', `${scheme} ${issued.secret}`).expect(200);
  });

  it('is taken as X-Access-Key', async () => {
    await present(cast.anonymous).set('x-access-key', issued.secret).expect(200);
  });

  it.each(['access_token', 'token', 'api_key', 'key'])('is none in the query, as %s', async (name) => {
    const { anonymous } = cast;
    await anonymous.get(`/api/v1/token?${name}=${issued.secret}`).expect(problem(401, 'unauthenticated'));
  });

  it('is none in a body, nor in another scheme or header', async () => {
    const { anonymous } = cast;
    const path = tokensPath('organization', cast);
    const refused = problem(401, 'unauthenticated');
    await anonymous.post(path, tokenBody({ access_token: issued.secret })).expect(refused);
    // Bodies are read before anybody is asked who they are.
    await anonymous.post(path).type('form').send({ access_token: issued.secret }).expect(415);
    const basic = Buffer.from(`x:${issued.secret}`).toString('base64');
    await present(anonymous).set('authorization', `Basic ${basic}`).expect(refused);
    await present(anonymous).set('authorization', `Token ${issued.secret}`).expect(refused);
    await present(anonymous).set('x-api-key', issued.secret).set('cookie', `token=${issued.secret}`).expect(refused);
  });

  it('answers a refused scope with the scope that would help', async () => {
    const response = await bearing(cast.app, issued).get(`${cast.organization.path}/members`).expect(403);
    expect(response.headers['www-authenticate']).toBe(
      'Bearer realm="latchkey", error="insufficient_scope", scope="members:read"',
    );
  });

  it('cannot be sent in a header of 17 kB', async () => {
    await present(holderOf('x'.repeat(17_000))).expect(431);
  });
});

describe('a dead token', () => {
  it('is refused with the same bytes, whatever it died of', async () => {
    const [revoked, expired] = [
      await issue('organization', cast, cast.owner),
      await issue('personal', cast, cast.owner),
    ];
    await cast.owner.delete(tokenPath('organization', cast, revoked)).expect(204);
    await dbExpire(cast.app, expired);
    const never = await present(holderOf('x')).expect(401);
    for (const token of [revoked, expired]) {
      const response = await present(bearing(cast.app, token)).expect(401);
      expect(anonymized(response)).toEqual(anonymized(never));
      expect(response.headers['www-authenticate']).toBe(never.headers['www-authenticate']);
    }
  });
});

describe('a stolen row', () => {
  it('is of no use: neither its hash, nor its id, nor its selector, nor all of it', async () => {
    const row = await dbToken(cast.app, issued.token.id);
    const hash = row.secret_hash as Buffer;
    const loot = [hash.toString('hex'), hash.toString('base64url'), row.id, row.selector, row.hint].map(String);
    const forged = `lk_org_${String(row.selector)}${hash.toString('hex').slice(0, 49)}`;
    for (const credential of [...loot, forged]) {
      await present(cast.anonymous)
        .set('authorization', `Bearer ${encodeURIComponent(credential)}`)
        .expect(problem(401, 'invalid_token'));
    }
  });

  it.each([
    ['NULL', null],
    ['empty', Buffer.alloc(0)],
    ['short', Buffer.alloc(16)],
    ['another’s', Buffer.alloc(32, 1)],
  ])('whose hash was made %s by hand opens nothing', async (_, hash) => {
    const { app, owner } = cast;
    await app.db(`ALTER TABLE access_tokens DROP CONSTRAINT IF EXISTS access_tokens_hash_length,
      ALTER COLUMN secret_hash DROP NOT NULL`);
    const { secret, token } = await issue('organization', cast, owner);
    await app.db('UPDATE access_tokens SET secret_hash = $2 WHERE id = $1', [token.id, hash]);
    for (const credential of [secret, '', 'undefined', 'null']) {
      await present(holderOf(credential)).expect(problem(401, 'invalid_token'));
    }
  });
});
