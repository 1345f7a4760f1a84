/** Clock step: the database's clock steps back after tokens have expired and every instance has seen the expiry. */
import { setTimeout as sleep } from 'node:timers/promises';
import { scenarioOf } from './scenario.js';

const STEP_SECONDS = -60;
/** Time for one fence of every instance after the expiry. */
const FENCE_WAIT_MS = 300;
const LASTS_MS = 1_500;
const SUITABLE_KINDS: readonly string[] = ['expiry reached', 'revoke'];

export const databaseClockScenario = scenarioOf({
  name: 'database-clock',
  title: 'The database’s clock steps back by a minute once the tokens have expired or were revoked, and forward again',
  suits: ({ name }) => SUITABLE_KINDS.includes(name),
  setUp: ({ postgres }) => postgres.enableClockSteps(),
  tearDown: ({ postgres }) => postgres.disableClockSteps(),
  fault: ({ deployment: { postgres } }) => ({
    after: async () => {
      await sleep(FENCE_WAIT_MS);
      postgres.stepClock(STEP_SECONDS);
      await sleep(LASTS_MS);
      postgres.stepClock(0);
    },
  }),
});
