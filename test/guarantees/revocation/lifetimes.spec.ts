/**
 * Every lifetime ends when the database's clock says so, to the millisecond, however wrong the clock of the process is. The
 * clock stands still for the service, at an instant that the server's own has not reached: its triggers let rows be aged.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { utcMinute } from '../../../src/platform/mail/mail-formatting.js';
import { signUp, uniqueEmail } from '../../support/actors.js';
import { startApp } from '../../support/app.js';
import { offsetClock, type OffsetClock } from '../../support/database-clock-offset.js';
import { createTestDatabase } from '../../support/database.js';
import { ACCOUNT_LIFETIMES } from '../../support/lifetimes/ledger-accounts.js';
import { LENGTHS } from '../../support/lifetimes/lengths.js';
import { SECRET_LIFETIMES } from '../../support/lifetimes/secrets.js';
import { SESSION_LIFETIMES } from '../../support/lifetimes/sessions.js';
import { dbMakeJobsDue, HOUR, type LifetimeFixture } from '../../support/lifetimes/stage.js';
import { TRACE_LIFETIMES } from '../../support/lifetimes/traces.js';
import { moveProcessClock } from '../../support/process-clock.js';
import { scene } from '../../support/scene.js';
import { dbAgeRefresh, refresh, refreshed } from '../../support/sessions.js';
import { signInFrom } from '../../support/sources.js';
import { until } from '../../support/until.js';

/** One wrong password is all that a source has, so that two requests tell a known one from a stranger. */
const LIMITS = {
  RATE_LIMIT_ENABLED: 'true',
  RATE_LIMIT_SIGN_IN: '1/1h',
  RATE_LIMIT_SIGN_IN_PER_ACCOUNT: '1/1h',
  RATE_LIMIT_SIGN_IN_PER_SOURCE: '10000/15m',
  RATE_LIMIT_REGISTRATION: '10000/1h',
  RATE_LIMIT_PASSWORD_RESET: '10000/1h',
  TRUSTED_PROXIES: '127.0.0.1',
};

const FAR = 5 * HOUR;
const LIFETIMES = { ...SESSION_LIFETIMES, ...SECRET_LIFETIMES, ...TRACE_LIFETIMES, ...ACCOUNT_LIFETIMES };

let stage: LifetimeFixture;
let clock: OffsetClock;
let process: { restore: () => void } | undefined;

beforeAll(async () => {
  const database = await createTestDatabase();
  clock = await offsetClock(database);
  const now = new Date(Math.ceil(Date.now() / 1000) * 1000 + HOUR);
  await clock.stand(now);
  const app = await startApp({ database, env: LIMITS });
  stage = { app, cast: await scene(app), now };
});

afterAll(() => clock.straighten());
afterEach(() => process?.restore());

describe.each(Object.entries(LIFETIMES))('%s', (_, { isAlive, isAliveAtEnd = false, stepMs = 1 }) => {
  it('lives until its end, though the process’s clock is past it', async () => {
    process = moveProcessClock(FAR);
    expect(await isAlive(stage, isAliveAtEnd ? 0 : stepMs)).toBe(true);
  });

  it('is over at its end, though the process’s clock is not there yet', async () => {
    process = moveProcessClock(-FAR);
    expect(await isAlive(stage, isAliveAtEnd ? -stepMs : 0)).toBe(false);
  });
});

describe.each(Object.entries(LENGTHS))('%s', (_, { lastsMs, endOf }) => {
  it('is as long as promised, from the database’s clock on', async () => {
    process = moveProcessClock(FAR);
    expect((await endOf(stage)).getTime() - stage.now.getTime()).toBe(lastsMs);
  });
});

it.each([-FAR, FAR])(
  'a refused attempt is not counted, and is told its wait, with the clock of the process %d ms off',
  async (byMs) => {
    process = moveProcessClock(byMs);
    const attempt = { email: uniqueEmail(), password: 'wrong', ip: '203.0.113.5' };
    await stage.app.db("DELETE FROM rate_limits WHERE key LIKE 'signIn:%'");
    await signInFrom(stage.app, attempt);
    const refused = await signInFrom(stage.app, attempt);
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('3600');
    expect(await stage.app.db("SELECT points FROM rate_limits WHERE key LIKE 'signIn:%'")).toEqual([{ points: 1 }]);
  },
);

it('the minute that a mail tells is the database’s', async () => {
  process = moveProcessClock(FAR);
  const { app, now } = stage;
  const { cookie, email } = await signUp(app);
  await refreshed(app, cookie);
  await dbAgeRefresh(app, cookie, '10 seconds');
  await refresh(app, cookie).expect(401);
  await until(async () => (await dbMakeJobsDue(app)) === 0);
  const texts = (await app.mails.to(email)).map(({ text }) => text.replaceAll('\n', ' '));
  expect(texts.join()).toContain(`used twice, at ${utcMinute(now)}`);
});
