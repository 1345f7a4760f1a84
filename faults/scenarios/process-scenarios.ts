/** Faults of processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../round.js';
import {
  affectedInstance,
  afterSomeAcknowledgement,
  between,
  inTurn,
  lasting,
  othersThan,
  scenarioOf,
  type ScenarioContext,
} from './scenario.js';

const PAUSES_MS = [100, 300, 1_000, 2_500, 6_000] as const;
const CRASH_AFTER_MS = 30;
/** The killed instance accepts no connections until it has restarted. */
const MAX_LOST = 0.4;
const CLOCK = new URL('../preload/clock-skew.js', import.meta.url).href;
const CLOCKS: readonly [NodeJS.ProcessEnv, ...NodeJS.ProcessEnv[]] = [
  { CLOCK_SKEW_MS: '600000', TZ: 'Asia/Kathmandu' },
  { CLOCK_SKEW_MS: '-600000', TZ: 'America/St_Johns' },
  { CLOCK_SKEW_MS: '0', TZ: 'UTC' },
];

const none = scenarioOf({ name: 'none', title: 'No fault', fault: () => ({}) });

const byHand = scenarioOf({
  name: 'by-hand',
  title: 'No fault; everything is revoked by hand in psql',
  suits: ({ name, isRequest }) => !isRequest && name !== 'expiry reached',
  fault: () => ({}),
});

const kill = scenarioOf({
  name: 'kill',
  title: '`kill -9` of the revoking instance 0–30 ms after the revocations were sent to it, or as it acknowledged one',
  minimumRounds: 10,
  maxLost: MAX_LOST,
  suits: ({ isRequest }) => isRequest,
  fault: (context: ScenarioContext, cases): Fault => {
    const { name, service } = affectedInstance(context);
    const revokers = [name];
    if (context.round % 2 === 0) {
      return { revokers, ...afterSomeAcknowledgement(cases, () => service.kill().then(() => service.start())) };
    }
    const kill = async (): Promise<void> => {
      await sleep(between(0, CRASH_AFTER_MS));
      await service.kill();
    };
    return { revokers, sent: kill, after: () => service.start() };
  },
});

const sigstop = scenarioOf({
  name: 'sigstop',
  title: 'A verifying instance stopped for 0.1–6 s, with requests queued before and after the acknowledgement',
  minimumRounds: PAUSES_MS.length,
  fault: (context: ScenarioContext): Fault => {
    const affected = affectedInstance(context);
    const pause = lasting(
      inTurn(PAUSES_MS, context.round),
      () => affected.service.pause(),
      () => affected.service.resume(),
    );
    return { ...pause, revokers: othersThan(affected, context) };
  },
});

const clocks = scenarioOf({
  name: 'clocks',
  title: 'Process clocks wrong by +10 and −10 minutes, each process in another time zone',
  setUp: async ({ instances }) => {
    await Promise.all(
      instances.map(async ({ service }, index) => {
        await service.kill();
        await service.start(inTurn(CLOCKS, index), [CLOCK]);
      }),
    );
  },
  tearDown: async ({ instances }) => {
    await Promise.all(
      instances.map(async ({ service }) => {
        await service.kill();
        await service.start();
      }),
    );
  },
  fault: () => ({}),
});

export const processScenarios = [none, byHand, kill, sigstop, clocks];
