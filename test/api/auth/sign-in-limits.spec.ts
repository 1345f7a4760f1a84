/** How often passwords may be tried: the limit holds over all instances, and no stranger can lock an owner out. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { Actor, PASSWORD, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { anonymized, problem } from '../../support/problems.js';

const LOGIN = '/api/v1/auth/login';
const WRONG = 'not the pass phrase';
const OWNERS_IP = '198.51.100.7';

const ENV = {
  RATE_LIMIT_ENABLED: 'true',
  RATE_LIMIT_SIGN_IN: '3/15m',
  RATE_LIMIT_SIGN_IN_PER_SOURCE: '8/15m',
  RATE_LIMIT_SIGN_IN_PER_ACCOUNT: '5/15m',
  RATE_LIMIT_REGISTRATION: '1000/1h',
};

describe('signing in too often', () => {
  let app: TestApp;
  let second: TestApp;
  let direct: TestApp;
  let sources = 0;

  beforeAll(async () => {
    app = await startApp({ env: { ...ENV, TRUSTED_PROXIES: '127.0.0.1' } });
    second = await startApp({ beside: app, env: { ...ENV, TRUSTED_PROXIES: '127.0.0.1' } });
    direct = await startApp({ env: ENV });
  });

  /** An address that no other test has used. */
  function freshIp(): string {
    sources += 1;
    return `203.0.113.${String(sources)}`;
  }

  function login(email: string, password: string, ip: string, at: TestApp = app): Promise<Response> {
    return new Actor(at, null)
      .post(LOGIN, { email, password })
      .set('x-forwarded-for', ip)
      .then((response) => response);
  }

  async function statuses(calls: (() => Promise<Response>)[]): Promise<number[]> {
    const seen: number[] = [];
    for (const call of calls) seen.push((await call()).status);
    return seen;
  }

  it('is stopped with a time to come back, also with the right password', async () => {
    const { email } = await signUp(app);
    const ip = freshIp();
    const guesses = Array.from({ length: 3 }, () => () => login(email, WRONG, ip));
    expect(await statuses(guesses)).toEqual([401, 401, 401]);
    const response = await login(email, PASSWORD, ip);
    problem(429, 'rate_limited')(response);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('is counted over all instances, and for parallel guesses', async () => {
    const { email } = await signUp(app);
    const ip = freshIp();
    const guesses = Array.from({ length: 12 }, (_, index) => login(email, WRONG, ip, index % 2 === 0 ? app : second));
    const answers = (await Promise.all(guesses)).map(({ status }) => status).sort();
    expect(answers).toEqual([401, 401, 401, ...Array<number>(9).fill(429)]);
  });

  it('is stopped alike for an address without an account', async () => {
    const { email } = await signUp(app);
    const refusals = [];
    for (const address of [email, uniqueEmail()]) {
      const ip = freshIp();
      for (let index = 0; index < 3; index += 1) await login(address, WRONG, ip);
      refusals.push(anonymized(await login(address, WRONG, ip)));
    }
    expect(refusals[0]).toEqual(refusals[1]);
  });

  it('is counted under one account, however its address is spelled', async () => {
    const { email } = await signUp(app);
    const ip = freshIp();
    const spellings = [email, email.toUpperCase(), ` ${email}`, email.replace('e', 'ｅ')];
    const answers = await statuses(spellings.map((spelling) => () => login(spelling, WRONG, ip)));
    expect(answers).toEqual([401, 401, 401, 429]);
  });

  it('is forgotten when the right password comes', async () => {
    const { email } = await signUp(app);
    const ip = freshIp();
    const attempts = [WRONG, WRONG, PASSWORD, WRONG, WRONG, PASSWORD].map(
      (password) => () => login(email, password, ip),
    );
    expect(await statuses(attempts)).toEqual([401, 401, 200, 401, 401, 200]);
  });

  it('does not lock the owner out, where they signed in before, while strangers guess from everywhere', async () => {
    const { email } = await signUp(app);
    expect((await login(email, PASSWORD, OWNERS_IP)).status).toBe(200);
    const strangers = Array.from({ length: 7 }, () => () => login(email, WRONG, freshIp()));
    expect(await statuses(strangers)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await login(email, PASSWORD, OWNERS_IP)).status).toBe(200);
  });

  it('is stopped for one source that tries one password on many accounts', async () => {
    const ip = freshIp();
    const sprays = Array.from({ length: 9 }, () => () => login(uniqueEmail(), WRONG, ip));
    expect(await statuses(sprays)).toEqual([...Array<number>(8).fill(401), 429]);
  });

  it('does not count successes against a source that many people share', async () => {
    const people: Person[] = [];
    // One after another: sign-ins under way count too, until they have succeeded.
    while (people.length < 10) people.push(await signUp(app));
    const ip = freshIp();
    const answers = await statuses(
      people.map(
        ({ email }) =>
          () =>
            login(email, PASSWORD, ip),
      ),
    );
    expect(answers).toEqual(Array(10).fill(200));
  });

  it('counts an IPv6 network as one source, and an IPv4 address in either form', async () => {
    const { email } = await signUp(app);
    const network = ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:ffff::3', '2001:db8:1:2::4'];
    expect(await statuses(network.map((ip) => () => login(email, WRONG, ip)))).toEqual([401, 401, 401, 429]);
    const other = await signUp(app);
    const ip = freshIp();
    const forms = [ip, `::ffff:${ip}`, ip, `::ffff:${ip}`];
    expect(await statuses(forms.map((form) => () => login(other.email, WRONG, form)))).toEqual([401, 401, 401, 429]);
  });

  it('believes no header about the source unless the peer is a trusted proxy', async () => {
    const { email } = await signUp(direct);
    const headers = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'cf-connecting-ip'];
    const guess = (name: string) => () =>
      new Actor(direct, null)
        .post(LOGIN, { email, password: WRONG })
        .set(name, freshIp())
        .then((response) => response);
    expect(await statuses(headers.map(guess))).toEqual([401, 401, 401, 429]);
  });
});
