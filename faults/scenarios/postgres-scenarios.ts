/** Faults of the PostgreSQL server. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../deployment.js';
import type { Fault } from '../round.js';
import { afterSomeAcknowledgement, between, inTurn, lasting, scenarioOf, type ScenarioContext } from './scenario.js';

const FREEZES_MS = [1_800, 300, 3_000, 900] as const;
const MAX_DOWN_MS = 300;
/** No instance responds while everything restarts. */
const MAX_LOST = 0.9;

const immediate = scenarioOf({
  name: 'postgres-crash',
  title: 'PostgreSQL `stop -m immediate` right after an acknowledgement, and started again',
  minimumRounds: 20,
  isDatabaseGone: true,
  fault: ({ deployment: { postgres } }: ScenarioContext, cases) =>
    afterSomeAcknowledgement(cases, async () => {
      await postgres.crash('SIGQUIT');
      await sleep(between(0, MAX_DOWN_MS));
      await postgres.restart();
    }),
});

const everything = scenarioOf({
  name: 'everything',
  title: '`kill -9` of everything at once, PostgreSQL included, right after an acknowledgement, and started again',
  minimumRounds: 5,
  isDatabaseGone: true,
  maxLost: MAX_LOST,
  fault: ({ deployment }: ScenarioContext, cases) => afterSomeAcknowledgement(cases, () => killEverything(deployment)),
});

async function killEverything({ postgres, instances }: Deployment): Promise<void> {
  await Promise.all([postgres.crash('SIGKILL'), ...instances.map(({ service }) => service.kill())]);
  await postgres.restart();
  await Promise.all(instances.map(({ service }) => service.start()));
}

/**
 * Every second time the server freezes at the first acknowledgement. Otherwise it freezes before anything is revoked,
 * with no request in flight.
 */
const frozen = scenarioOf({
  name: 'postgres-frozen',
  title: 'Every process of PostgreSQL stopped for 0.3–3 s',
  isDatabaseGone: true,
  fault: ({ deployment: { postgres, instances }, round, blackouts }: ScenarioContext): Fault => {
    let start = 0;
    const freeze = lasting(
      inTurn(FREEZES_MS, round),
      async () => {
        await postgres.freeze();
        start = performance.now();
      },
      () => {
        blackouts.push({ instance: null, start, end: performance.now() });
        postgres.thaw();
      },
    );
    const silent = instances.map(({ name }) => name);
    if (round % 2 === 0) return { ...freeze, silent, silence: 'until begun' };
    let freezing: Promise<void> | void;
    return {
      acknowledged: (count) => {
        if (count === 1) freezing = freeze.before?.();
      },
      after: async () => {
        await freezing;
        await freeze.after?.();
      },
    };
  },
});

export const postgresScenarios = [immediate, frozen, everything];
