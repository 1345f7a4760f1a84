/** A flood of sign-ins from one network takes its own share of password hashing, and nobody else's. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { PASSWORD, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { DEFAULT_LIMITS, figure, inLanes, signInFrom, timed } from '../../support/sources.js';
import { until } from '../../support/until.js';

/** More than may wait: some are always refused. */
const CLIENTS = 90;
const REFUSED_PAUSE_MS = 250;
const SIGN_INS = 5;
const HOME = '198.51.100.10';

/** High enough for hashing to be what is short, and an eighth of the default's time: all that waits here waits for it. */
const ENV = { ...DEFAULT_LIMITS, PASSWORD_BCRYPT_COST: '9' };

describe('90 clients of one /48 that sign in again and again', () => {
  let app: TestApp;
  let owner: Person;
  beforeAll(async () => {
    app = await startApp({ env: ENV });
  });

  beforeEach(async () => {
    owner = await signUp(app);
    expect((await signInFrom(app, { email: owner.email, password: PASSWORD, ip: HOME })).status).toBe(200);
  });

  /** The flood's own answers, by status, besides what the work answers that is done in it. */
  async function inFlood<T>(work: () => Promise<T>): Promise<{ result: T; flood: ReadonlyMap<number, number> }> {
    const answers = new Map<number, number>();
    let isOn = true;
    const client = async (n: number): Promise<void> => {
      const ip = `2001:db8:bad:${n.toString(16)}::1`;
      for (let turn = n; isOn; turn += 1) {
        const email = turn % 2 === 0 ? owner.email : uniqueEmail();
        const { status } = await signInFrom(app, { email, password: 'not the pass phrase', ip });
        // Without it the flood is one of requests, which takes this very process from the owner on a busy machine.
        if (status !== 401) await sleep(REFUSED_PAUSE_MS);
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
    };
    const flood = Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n + 1)));
    try {
      // It is a flood from the moment on when there is no room for all of it.
      await until(() => answers.has(503));
      return { result: await work(), flood: answers };
    } finally {
      isOn = false;
      await flood;
    }
  }

  it.each([
    ['where they signed in before', () => HOME],
    ['at a new place each time', (n: number) => `203.0.113.${String(n + 1)}`],
  ])(
    'leave room for the owner %s',
    async (place, address) => {
      const signIns = Array.from({ length: SIGN_INS }, (_, n) => () => {
        return timed(() => signInFrom(app, { email: owner.email, password: PASSWORD, ip: address(n) }));
      });
      const { result, flood } = await inFlood(() => inLanes(1, signIns));
      const counts = [...flood].map(([status, count]) => `${String(count)} × ${String(status)}`).join(', ');
      process.stdout.write(`${place}: ${figure(result)}; the flood: ${counts}\n`);
      expect(result.map(({ result: { status } }) => status)).toEqual(Array(SIGN_INS).fill(200));
    },
    180_000,
  );

  it('leave room for a new account, and for a password to be changed', async () => {
    const change = { currentPassword: PASSWORD, newPassword: 'an entirely different phrase 7' };
    const { result } = await inFlood(async () => [
      await request(app.url)
        .post('/api/v1/auth/register')
        .set('x-forwarded-for', '192.0.2.7')
        .send({ email: uniqueEmail(), password: PASSWORD, name: 'Nadia' }),
      await owner.post('/api/v1/auth/password/change', change).set('x-forwarded-for', '192.0.2.8'),
    ]);
    expect(result.map(({ status }) => status)).toEqual([202, 200]);
  }, 180_000);
});

describe('an attempt that was not decided', () => {
  it('because too many waited counts for nobody', async () => {
    const app = await startApp({ env: ENV });
    const owner = await signUp(app);
    const ip = '198.51.100.20';
    const burst = await Promise.all(
      Array.from({ length: 120 }, (_, n) =>
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
  }, 180_000);
});
