/**
 * Fail closed: what cannot be confirmed in time is answered 503, never accepted and never called invalid; and all is
 * well again, without a restart, as soon as the database can be reached.
 */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Actor, bearing, type IssuedToken } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { BlackHole } from '../../support/black-hole.js';
import { problem } from '../../support/problems.js';
import { scene, type Scene } from '../../support/scene.js';
import { stopwatch } from '../../support/stopwatch.js';
import { issue, present, tokenPath } from '../../support/tokens.js';
import { until } from '../../support/until.js';

const TIMEOUT_MS = 500;
/** What a busy machine may add. */
const SLACK_MS = 1_000;

describe('while nothing comes back from the database', () => {
  let cast: Scene;
  let hole: BlackHole;
  let cutOff: TestApp;
  let issued: IssuedToken;
  beforeAll(async () => {
    const home = await startApp();
    cast = await scene(home);
    hole = await BlackHole.before(home.database.url);
    const env = { DATABASE_URL: hole.url, VERIFY_TIMEOUT_MS: String(TIMEOUT_MS) };
    cutOff = await startApp({ beside: home, env });
  });
  beforeEach(async () => {
    issued = await issue('organization', cast, cast.owner);
    await until(async () => (await present(bearing(cutOff, issued))).status === 200);
  });
  const recovered = (holder: Actor): Promise<void> => until(async () => (await present(holder)).status !== 503);

  it('tokens and sessions get 503 within the time that is promised, however many ask', async () => {
    hole.swallow();
    const [token, session] = [bearing(cutOff, issued), cast.owner.at(cutOff)];
    const elapsed = stopwatch();
    const calls = Array.from({ length: 40 }, (_, index) => (index % 2 ? token : session).get('/api/v1/organizations'));
    for (const response of await Promise.all(calls)) {
      problem(503, 'unavailable')(response);
      expect(Number(response.headers['retry-after'])).toBeLessThanOrEqual(3);
    }
    expect(elapsed()).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    hole.release();
    await recovered(bearing(cutOff, issued));
    await present(bearing(cutOff, issued)).expect(200);
  });

  it('a request that comes later waits no longer', async () => {
    hole.swallow();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const elapsed = stopwatch();
      await present(bearing(cutOff, issued)).expect(503);
      expect(elapsed()).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    }
    hole.release();
    await recovered(bearing(cutOff, issued));
  });

  it('garbage is still called garbage', async () => {
    hole.swallow();
    await present(new Actor(cutOff, 'x')).expect(problem(401, 'invalid_token'));
    hole.release();
    await recovered(bearing(cutOff, issued));
  });

  it('a token that is revoked elsewhere is not accepted by what was remembered, then or afterwards', async () => {
    const holder = bearing(cutOff, issued);
    hole.swallow();
    await cast.owner.delete(tokenPath('organization', cast, issued)).expect(204);
    await present(holder).expect(503);
    hole.release();
    await recovered(holder);
    await present(holder).expect(problem(401, 'invalid_token'));
  });
});
