/** A flood of sign-ins from one network takes its own share of password hashing, and nobody else's. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import request, { type Response } from 'supertest';
import { PASSWORD, signUp, uniqueEmail, type Person } from '../support/actors.js';
import { startApp, type TestApp } from '../support/app.js';
import { DEFAULT_LIMITS, figure, inLanes, signInFrom, timed, type Timed } from '../support/sources.js';

const CLIENTS = 90;
const SIGN_INS = 15;
const HOME = '198.51.100.10';

/** The cost by default. */
const ENV = { ...DEFAULT_LIMITS, PASSWORD_BCRYPT_COST: '12' };

describe('90 clients of one /48 that sign in without a pause', () => {
  let app: TestApp;
  let owner: Person;
  let flooding = false;
  let flood: Promise<unknown> = Promise.resolve();
  const answers = new Map<number, number>();

  beforeAll(async () => {
    app = await startApp({ env: ENV });
    owner = await signUp(app);
    expect((await signInFrom(app, { email: owner.email, password: PASSWORD, ip: HOME })).status).toBe(200);
  }, 60_000);

  function begin(): void {
    flooding = true;
    flood = Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n + 1)));
  }

  async function end(): Promise<void> {
    flooding = false;
    await flood;
  }

  async function client(n: number): Promise<void> {
    const ip = `2001:db8:bad:${n.toString(16)}::1`;
    for (let turn = n; flooding; turn += 1) {
      const email = turn % 2 === 0 ? owner.email : uniqueEmail();
      const { status } = await signInFrom(app, { email, password: 'not the pass phrase', ip });
      if (status !== 401) await sleep(20);
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  }

  function signIns(address: (n: number) => string, cookie = ''): Promise<Timed<Response>[]> {
    const attempt = (n: number) => ({ email: owner.email, password: PASSWORD, ip: address(n), cookie });
    return inLanes(
      1,
      Array.from({ length: SIGN_INS }, (_, n) => () => timed(() => signInFrom(app, attempt(n)))),
    );
  }

  it.each([
    ['where they signed in before', () => HOME],
    ['at a new place each time', (n: number) => `203.0.113.${String(n + 1)}`],
  ])(
    'leave room for the owner %s',
    async (place, address) => {
      const calm = await signIns(address);
      begin();
      const flooded = await signIns(address).finally(end);
      const counts = [...answers].map(([status, count]) => `${String(count)} × ${String(status)}`).join(', ');
      process.stdout.write(`${place}: calm ${figure(calm)}; flooded ${figure(flooded)}; the flood: ${counts}\n`);
      expect(flooded.map(({ result }) => result.status)).toEqual(Array(SIGN_INS).fill(200));
    },
    180_000,
  );

  it('leave room for a new account, and for a password to be changed', async () => {
    begin();
    const body = { email: uniqueEmail(), password: PASSWORD, name: 'Nadia' };
    const registered = await request(app.url)
      .post('/api/v1/auth/register')
      .set('x-forwarded-for', '192.0.2.7')
      .send(body);
    const changed = await owner
      .post('/api/v1/auth/password/change', {
        currentPassword: PASSWORD,
        newPassword: 'an entirely different phrase 7',
      })
      .set('x-forwarded-for', '192.0.2.8')
      .then()
      .finally(end);
    expect([registered.status, changed.status]).toEqual([202, 200]);
  }, 180_000);
});

describe('an attempt that was not decided', () => {
  it('because too many waited counts for nobody', async () => {
    const app = await startApp({ env: { ...ENV, PASSWORD_BCRYPT_COST: '10' } });
    const owner = await signUp(app);
    const ip = '198.51.100.20';
    const burst = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        signInFrom(app, { email: `nobody.${String(n)}@example.test`, password: 'not the pass phrase', ip }),
      ),
    );
    const verdicts = burst.filter(({ status }) => status === 401).length;
    expect(verdicts).toBeLessThan(100);
    const answers = await inLanes(
      1,
      Array.from(
        { length: 100 - verdicts },
        (_, n) => () => signInFrom(app, { email: `no.${String(n)}@example.test`, password: 'not the pass phrase', ip }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect((await signInFrom(app, { email: owner.email, password: PASSWORD, ip })).status).toBe(429);
  }, 120_000);
});
