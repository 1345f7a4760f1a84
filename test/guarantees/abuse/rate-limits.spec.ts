/** Limits hold over all instances, cannot be walked around, and lock nobody out. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import request, { type Response } from 'supertest';
import { generateSecret } from '../../../src/credentials/token-secret.js';
import { Actor, PASSWORD, signUp, uniqueEmail } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';

const LIMITED = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_FAILED_TOKENS: '1/1m' };

/** Behind a trusted proxy: here a request comes from whatever address its test chooses. */
let app: TestApp;

beforeAll(async () => {
  app = await startApp({
    env: {
      ...LIMITED,
      TRUSTED_PROXIES: '127.0.0.1',
      RATE_LIMIT_SIGN_IN: '3/15m',
      RATE_LIMIT_SIGN_IN_PER_ACCOUNT: '6/1h',
    },
  });
});

describe('a limit', () => {
  it('holds over all instances together', async () => {
    const env = { ...LIMITED, RATE_LIMIT_FAILED_TOKENS: '4/1m' };
    const first = await startApp({ env });
    const second = await startApp({ beside: first, env });
    const answers = await inTurn([first, second, first, second, first, second, first], (instance) => guess(instance));
    expect(statuses(answers)).toEqual([401, 401, 401, 401, 429, 429, 429]);
  });

  it('answers with a problem that says when to come back', async () => {
    await guessFrom('192.0.2.1');
    const { type, body, headers } = await guessFrom('192.0.2.1');
    expect(type).toBe('application/problem+json');
    expect(body).toMatchObject({ status: 429, code: 'rate_limited', requestId: expect.any(String) });
    expect(headers['retry-after']).toMatch(/^([1-9]|[1-5]\d|60)$/);
  });

  it('ends with its window', async () => {
    const short = await startApp({ env: { ...LIMITED, RATE_LIMIT_FAILED_TOKENS: '1/1s' } });
    const answers = await inTurn([0, 0, 1_100], (ms) => sleep(ms).then(() => guess(short)));
    expect(statuses(answers)).toEqual([401, 429, 401]);
  });

  it('costs no query while it refuses', async () => {
    await inTurn([1, 2], () => guessFrom('192.0.2.2'));
    const before = await dbCounted(app);
    await inTurn([3, 4, 5], () => guessFrom('192.0.2.2'));
    expect(await dbCounted(app)).toEqual(before);
  });

  it('does not touch live credentials of the same source', async () => {
    const person = await signUp(app);
    const answers = await inTurn([1, 2], () => guess(app));
    expect(statuses(answers)).toEqual([401, 429]);
    await person.get('/api/v1/users/me').expect(200);
  });

  it('is off when it is switched off', async () => {
    const off = await startApp({ env: { ...LIMITED, RATE_LIMIT_ENABLED: 'false' } });
    const answers = await inTurn([1, 2, 3], () => guess(off));
    expect(statuses(answers)).toEqual([401, 401, 401]);
    expect(await dbCounted(off)).toEqual([]);
  });
});

describe('the source of a request', () => {
  it('is the peer, whatever headers an untrusted peer sends', async () => {
    const bare = await startApp({ env: LIMITED });
    const answers = await inTurn(['198.51.100.1', '198.51.100.2', '198.51.100.3'], (address) =>
      guess(bare, {
        'x-forwarded-for': address,
        forwarded: `for=${address}`,
        'x-real-ip': address,
        'cf-connecting-ip': address,
        'true-client-ip': address,
      }),
    );
    expect(statuses(answers)).toEqual([401, 429, 429]);
  });

  it.each([
    ['each client', ['198.51.100.1', '198.51.100.2'], [401, 401]],
    ['the same client', ['198.51.100.3', '198.51.100.3'], [401, 429]],
    ['a client, however many hops it invents', ['198.51.100.4', '192.0.2.9, 198.51.100.4'], [401, 429]],
    ['all of an IPv6 /64', ['2001:db8:1:2::1', '2001:db8:1:2:ffff::2'], [401, 429]],
    ['each IPv6 /64', ['2001:db8:1:3::1', '2001:db8:1:4::1'], [401, 401]],
    ['one client by two stacks', ['198.51.100.5', '::ffff:198.51.100.5'], [401, 429]],
  ])('is, behind a trusted proxy, %s', async (_, addresses, expected) => {
    expect(statuses(await inTurn(addresses, guessFrom))).toEqual(expected);
  });
});

describe('signing in', () => {
  it('is limited by account and source, also with the right password', async () => {
    const { email } = await signUp(app);
    const answers = await inTurn(['wrong', 'wrong', 'wrong', PASSWORD], (password) =>
      signInFrom('203.0.113.1', email, password),
    );
    expect(statuses(answers)).toEqual([401, 401, 401, 429]);
  });

  it('is limited the same for an account that does not exist', async () => {
    const email = uniqueEmail();
    const answers = await inTurn([1, 2, 3, 4], () => signInFrom('203.0.113.2', email, 'wrong'));
    expect(statuses(answers)).toEqual([401, 401, 401, 429]);
  });

  it('lets no more through when the attempts come all at once', async () => {
    const email = uniqueEmail();
    const answers = await Promise.all(Array.from({ length: 10 }, () => signInFrom('203.0.113.3', email, 'wrong')));
    expect(statuses(answers).filter((status) => status === 401)).toHaveLength(3);
  });

  it('cannot be spoilt for the owner by strangers, however many', async () => {
    const { email } = await signUp(app);
    const usual = await signInFrom('203.0.113.10', email, PASSWORD);
    const strangers = Array.from({ length: 12 }, (_, n) => `192.0.2.${String(n)}`);
    const refused = await inTurn(strangers, (address) => signInFrom(address, email, 'wrong'));
    const owner = await signInFrom('203.0.113.10', email, PASSWORD);
    expect([usual.status, refused.at(-1)?.status, owner.status]).toEqual([200, 429, 200]);
  });

  it('is not limited by signing in often', async () => {
    const { email } = await signUp(app);
    const answers = await inTurn([1, 2, 3, 4, 5, 6, 7, 8], () => signInFrom('203.0.113.20', email, PASSWORD));
    expect(new Set(statuses(answers))).toEqual(new Set([200]));
  });

  it('is not possible while the limit cannot be counted, and never a 500', async () => {
    const { email } = await signUp(app);
    await app.db('ALTER TABLE rate_limits RENAME TO mislaid');
    const { status, body, headers } = await signInFrom('203.0.113.30', email, PASSWORD);
    const token = await guessFrom('203.0.113.31');
    await app.db('ALTER TABLE mislaid RENAME TO rate_limits');
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' });
    expect(headers['retry-after']).toMatch(/^[1-3]$/);
    expect(token.status).toBe(401);
  });

  it('leaves no address and no email in the table', async () => {
    const email = uniqueEmail();
    await signInFrom('203.0.113.40', email, 'wrong');
    const table = JSON.stringify(await dbCounted(app));
    expect(table).toContain('signIn:');
    for (const word of ['203.0.113', '127.0.0.1', email]) expect(table).not.toContain(word);
  });
});

/** A guess at a token: well-formed, checksum and all, and never issued. */
function guess(at: TestApp, headers: Record<string, string> = {}): Promise<Response> {
  const { secret } = generateSecret('lk', 'personal', { version: 'v1', key: randomBytes(32) });
  return new Actor(at, secret).get('/api/v1/organizations').set(headers).then();
}

function guessFrom(address: string): Promise<Response> {
  return guess(app, { 'x-forwarded-for': address });
}

function signInFrom(address: string, email: string, password: string): Promise<Response> {
  return request(app.url).post('/api/v1/auth/login').set('x-forwarded-for', address).send({ email, password }).then();
}

async function inTurn<T>(each: readonly T[], ask: (one: T) => Promise<Response>): Promise<Response[]> {
  const answers: Response[] = [];
  for (const one of each) answers.push(await ask(one));
  return answers;
}

function statuses(answers: readonly Response[]): number[] {
  return answers.map(({ status }) => status);
}

function dbCounted(at: TestApp): Promise<object[]> {
  return at.db('SELECT key, points FROM rate_limits ORDER BY key');
}
