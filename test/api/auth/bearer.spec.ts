/** The bearer of a session: signed with ES256, for ten minutes, and worth no more than the session's row. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { Actor, signUp, type Person } from '../../support/actors.js';
import { sharedApp, type TestApp } from '../../support/app.js';
import { anonymized, problem } from '../../support/problems.js';

const ME = '/api/v1/users/me';

describe('the bearer of a session', () => {
  let app: TestApp;
  let person: Person;
  let genuine: { header: jwt.JwtHeader; payload: jwt.JwtPayload };

  beforeAll(async () => {
    app = await sharedApp();
    person = await signUp(app);
    genuine = jwt.decode(String(person.credential), { complete: true }) as typeof genuine;
  });

  /** What a forger presents: any header and payload, signed by this service's key unless told otherwise. */
  function signed(payload: unknown, header: object = {}, key: KeyObject = app.config.sessions.jwtPrivateKey): string {
    const head = { ...genuine.header, ...header };
    const input = [head, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  }

  async function refuses(token: string): Promise<void> {
    const expected = await new Actor(app, 'a.b.c').get(ME);
    const response = await new Actor(app, token).get(ME).expect(problem(401, 'invalid_token'));
    expect(anonymized(response)).toEqual(anonymized(expected));
    expect(response.headers['www-authenticate']).toBe(expected.headers['www-authenticate']);
  }

  it('names a user and a session, and no authority', () => {
    const { sub, sid, jti, iss, aud, iat, exp, ...rest } = genuine.payload;
    expect({ sub, iss, aud, lifetime: Number(exp) - Number(iat) }).toEqual({
      sub: person.id,
      iss: 'latchkey',
      aud: 'latchkey',
      lifetime: 600,
    });
    expect([typeof sid, typeof jti, rest]).toEqual(['string', 'string', {}]);
    expect(genuine.header).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
  });

  it('is accepted when this test signs it as the service does', async () => {
    await new Actor(app, signed(genuine.payload)).get(ME).expect(200);
  });

  it('can be checked by others against the published key', async () => {
    const { body, headers } = await new Actor(app, null).get('/.well-known/jwks.json').expect(200);
    const [key] = body.keys;
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(headers['cache-control']).toContain('public');
    const publicKey = createPublicKey({ key, format: 'jwk' });
    expect(jwt.verify(String(person.credential), publicKey, { algorithms: ['ES256'] })).toMatchObject({
      sub: person.id,
    });
    expect(genuine.header.kid).toBe(key.kid);
  });

  it.each(['none', 'None', 'nOnE', ''])('is refused unsigned, as algorithm %j', async (alg) => {
    const [, payload = '', signature = ''] = String(person.credential).split('.');
    const header = Buffer.from(JSON.stringify({ ...genuine.header, alg })).toString('base64url');
    await refuses(`${header}.${payload}.`);
    await refuses(`${header}.${payload}.${signature}`);
  });

  it.each(['', ' ', '\n'])('is refused with an HMAC keyed by the public key after %j', async (lead) => {
    const pem = createPublicKey(app.config.sessions.jwtPrivateKey).export({ type: 'spki', format: 'pem' }).toString();
    const [, payload = ''] = String(person.credential).split('.');
    const header = Buffer.from(JSON.stringify({ ...genuine.header, alg: 'HS256' })).toString('base64url');
    const mac = createHmac('sha256', lead + pem)
      .update(`${header}.${payload}`)
      .digest('base64url');
    await refuses(`${header}.${payload}.${mac}`);
  });

  it('is refused from another key, under this one’s id', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await refuses(signed(genuine.payload, {}, privateKey));
  });

  it.each([{ typ: 'JWT' }, { typ: undefined }, { kid: 'other' }, { kid: undefined }, { kid: ['x'] }])(
    'is refused with the header %j',
    async (header) => {
      await refuses(signed(genuine.payload, header));
    },
  );

  const now = Math.floor(Date.now() / 1000);
  it.each([
    { iss: 'https://evil.test' },
    { iss: undefined },
    { aud: 'other' },
    { aud: ['latchkey', 'other'] },
    { aud: ['latchkey'] },
    { aud: undefined },
    { exp: undefined },
    { exp: now - 1 },
    { exp: String(now + 300) },
    { exp: 1e20 },
    { exp: -1 },
    { exp: now + 300.5 },
    { exp: now + 86_400 },
    { exp: null },
    { iat: undefined },
    { nbf: now + 300 },
    { sub: 42 },
    { sub: ['x'] },
    { sub: { id: 'x' } },
    { sub: 'not-an-id' },
    { sid: undefined },
    { sid: '00000000-0000-7000-8000-000000000000' },
    { sub: '00000000-0000-7000-8000-000000000000' },
  ])('is refused with the claims %j', async (claims) => {
    await refuses(signed({ ...genuine.payload, ...claims }));
  });

  it.each([
    ['a list', []],
    ['a text', 'text'],
    ['a number', 42],
    ['null', null],
  ])('is refused when its payload is %s', async (_, payload) => {
    await refuses(signed(payload));
  });
});
