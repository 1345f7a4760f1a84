/** No stranger can lock an owner out by failing to sign in as them, and guesses at one account stay bounded all the same. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import request, { type Response } from 'supertest';
import { PASSWORD, signIn, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { DEFAULT_LIMITS, figure, inLanes, signInFrom, timed } from '../../support/sources.js';

const WRONG = 'not the pass phrase';
const NEW_PASSWORD = 'an entirely different phrase 7';

/** The n-th IPv6 network of an attacker who has many: each in a /48 of its own. */
function network(n: number): string {
  return `2001:db8:${n.toString(16)}::1`;
}

/** The n-th /64 of an attacker who has one /48. */
function lineIn48(n: number): string {
  return `2001:db8:aaaa:${n.toString(16)}::1`;
}

describe('wrong sign-ins from everywhere', () => {
  let app: TestApp;
  let second: TestApp;
  let owner: Person;

  beforeAll(async () => {
    app = await startApp({ env: DEFAULT_LIMITS });
    second = await startApp({ beside: app, env: DEFAULT_LIMITS });
  });

  function fail(email: string, addresses: readonly string[], at: TestApp = app): Promise<Response[]> {
    return inLanes(
      8,
      addresses.map((ip) => () => signInFrom(at, { email, password: WRONG, ip })),
    );
  }

  function addresses(count: number, of: (n: number) => string): string[] {
    return Array.from({ length: count }, (_, n) => of(n + 1));
  }

  async function ownerFrom(ip: string, { at = app, password = PASSWORD, cookie = '' } = {}): Promise<number> {
    return (await signInFrom(at, { email: owner.email, password, ip, cookie })).status;
  }

  function counted(answers: readonly Response[], status: number): number {
    return answers.filter((answer) => answer.status === status).length;
  }

  it('do not keep the owner out of a new place, at any instance, and tell how long it takes', async () => {
    // Twice as many as are told that their password is wrong.
    owner = await signUp(app);
    await fail(owner.email, addresses(200, network));
    const places = addresses(6, (n) => `203.0.113.${String(n)}`);
    const signIns = places.map((ip, n) => () => timed(() => ownerFrom(ip, { at: n % 2 === 0 ? app : second })));
    const during = await inLanes(1, signIns);
    process.stdout.write(`owner at new places after 200 failures: ${figure(during)}\n`);
    expect(during.map(({ result }) => result)).toEqual(places.map(() => 200));
    expect(await ownerFrom('2001:db8:ffff:1::1')).toBe(200);
  }, 180_000);

  it('do not keep the owner out of a new line in the network that they come from', async () => {
    owner = await signUp(app);
    await fail(owner.email, addresses(130, lineIn48));
    expect(await ownerFrom('2001:db8:aaaa:ffff::1')).toBe(200);
  });

  it('are told from right ones no longer, once they are many: the answer is 429', async () => {
    owner = await signUp(app);
    const answers = await fail(owner.email, addresses(120, network));
    expect([counted(answers, 401), counted(answers, 429)]).toEqual([100, 20]);
    expect(answers.at(-1)?.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });

  it('are bounded for one network, over its lines, and for all networks together', async () => {
    const env = { ...DEFAULT_LIMITS, RATE_LIMIT_SIGN_IN_PER_ACCOUNT: '4/1h' };
    const strict = await startApp({ env });
    owner = await signUp(strict);
    await fail(owner.email, addresses(4 + 2, lineIn48), strict);
    expect(await ownerFrom(lineIn48(100), { at: strict })).toBe(429);
    expect(await ownerFrom(network(100), { at: strict })).toBe(200);
    await fail(owner.email, addresses(60, network), strict);
    expect(await ownerFrom(network(101), { at: strict })).toBe(429);
    const cookie = owner.cookie;
    expect(await ownerFrom(network(101), { at: strict, cookie })).toBe(200);
  });

  it('end with a reset by mail, at every instance, for the source that reset and for others', async () => {
    const env = { ...DEFAULT_LIMITS, RATE_LIMIT_SIGN_IN_PER_ACCOUNT: '4/1h' };
    const strict = await startApp({ env });
    const beside = await startApp({ beside: strict, env });
    owner = await signUp(strict);
    const ip = '203.0.113.200';
    for (let n = 0; n < 10; n += 1) await signInFrom(strict, { email: owner.email, password: WRONG, ip });
    await fail(owner.email, addresses(60, network), strict);
    expect(await ownerFrom(ip, { at: strict })).toBe(429);
    await reset(strict, ip);
    expect(await ownerFrom(network(5_000), { at: beside, password: NEW_PASSWORD })).toBe(200);
    await fail(owner.email, addresses(60, network), strict);
    expect(await ownerFrom(network(5_001), { at: strict, password: NEW_PASSWORD })).toBe(429);
    expect(await ownerFrom(ip, { at: beside, password: NEW_PASSWORD })).toBe(200);
  });

  it('leave the owner their usual places, for 90 days by the database’s clock, and 50 of them', async () => {
    const strict = await startApp({ env: { ...DEFAULT_LIMITS, RATE_LIMIT_SIGN_IN_PER_ACCOUNT: '2/1h' } });
    owner = await signUp(strict);
    const usual = '2001:db8:1:77::1';
    await ownerFrom(usual, { at: strict });
    await strict.db(
      `INSERT INTO known_sources SELECT $1, 'old ' || n, now() - interval '80 days' FROM generate_series(1, 60) n`,
      [owner.id],
    );
    await fail(owner.email, addresses(30, network), strict);
    expect(await ownerFrom('2001:db8:1:77:ffff::2', { at: strict })).toBe(200);
    expect(await strict.db('SELECT 1 FROM known_sources WHERE user_id = $1', [owner.id])).toHaveLength(50);
    await strict.db("UPDATE known_sources SET seen_at = now() - interval '91 days' WHERE source LIKE '2001%'");
    expect(await ownerFrom(usual, { at: strict })).toBe(429);
    expect(await ownerFrom('127.0.0.1', { at: strict })).toBe(200);
  });

  it('of a neighbour behind the same address do not keep a device out that signed in before', async () => {
    owner = await signUp(app);
    const ip = '203.0.113.210';
    await fail(owner.email, Array(10).fill(ip) as string[]);
    expect(await ownerFrom(ip)).toBe(429);
    expect(await ownerFrom(ip, { cookie: owner.cookie })).toBe(200);
  });

  it('keep a device out whose session ended with the old password', async () => {
    owner = await signUp(app);
    const { cookie } = await signIn(app, owner.email);
    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    await owner.post('/api/v1/auth/password/change', change).set('x-forwarded-for', '192.0.2.99').expect(200);
    const ip = '203.0.113.215';
    await fail(owner.email, Array(10).fill(ip) as string[]);
    expect(await ownerFrom(ip, { password: NEW_PASSWORD, cookie })).toBe(429);
    expect(await ownerFrom(ip, { password: NEW_PASSWORD, cookie: owner.cookie })).toBe(200);
  });

  it('of a device are limited on their own, and its cookie helps at no other account', async () => {
    owner = await signUp(app);
    const { cookie } = owner;
    const other = await signUp(app);
    const tries = addresses(12, (n) => `192.0.2.${String(n)}`);
    const guesses = (email: string) =>
      inLanes(
        1,
        tries.map((ip) => () => signInFrom(app, { email, password: WRONG, ip, cookie })),
      );
    expect((await guesses(owner.email)).map(({ status }) => status)).toEqual([
      ...Array<number>(10).fill(401),
      429,
      429,
    ]);
    expect(counted(await guesses(other.email), 401)).toBe(12);
  });

  it('count for nobody when a right password came with too many others at once', async () => {
    owner = await signUp(app);
    const ip = '203.0.113.220';
    const answers = await inLanes(
      40,
      Array.from({ length: 40 }, () => () => signInFrom(app, { email: owner.email, password: PASSWORD, ip })),
    );
    expect(counted(answers, 200)).toBeGreaterThan(0);
    expect(await ownerFrom(ip)).toBe(200);
  });

  it('leave no row for an account that a source over its limit names', async () => {
    const ip = '203.0.113.230';
    await inLanes(
      8,
      Array.from({ length: 130 }, () => () => signInFrom(app, { email: uniqueEmail(), password: WRONG, ip })),
    );
    const rows = async (): Promise<number> => (await app.db('SELECT 1 FROM rate_limits')).length;
    const before = await rows();
    await signInFrom(app, { email: uniqueEmail(), password: WRONG, ip });
    await signInFrom(app, { email: uniqueEmail(), password: WRONG, ip });
    expect(await rows()).toBe(before);
  });

  async function reset(at: TestApp, ip: string): Promise<void> {
    const call = (path: string, body: object) =>
      request(at.url).post(`/api/v1/auth/password/${path}`).set('x-forwarded-for', ip).send(body);
    await call('forgot', { email: owner.email }).expect(202);
    const mail = await at.mails.waitFor(owner.email, ({ subject }) => subject === 'Choose a new password');
    const token = /token=([^\s&]+)/.exec(mail.text)?.[1] ?? '';
    await call('reset', { token, newPassword: NEW_PASSWORD }).expect(200);
  }
});
