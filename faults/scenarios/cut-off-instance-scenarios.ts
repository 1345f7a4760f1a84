/**
 * Cut-off instance: one instance loses the database while the others revoke. It cannot know of the revocations, so 503
 * or a refusal is the only correct response. Every second time no request is in flight when the fault begins, and the
 * first one arrives after the acknowledgement.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { everyConnection, type DatabaseProxy } from '../proxy.js';
import type { Fault } from '../round.js';
import { affectedInstance, othersThan, scenarioOf, type Scenario, type ScenarioContext } from './scenario.js';

/** Time until requests at the instance wait for a response. */
const WAITING_MS = 150;
/** Twice the time that a request may wait for its credential to be confirmed. */
const DURATION_MS = 2_300;

interface Cut {
  readonly name: string;
  /** Treatment of the instance's connections. */
  readonly how: string;
  /** Whether the instance can confirm nothing until the end; if not, new connections work. */
  readonly isTotal: boolean;
  begin(proxy: DatabaseProxy): Promise<void> | void;
  /** Second step, when requests wait for a response that they will not get. */
  goOn?(proxy: DatabaseProxy): Promise<void> | void;
}

const CUTS: readonly Cut[] = [
  {
    name: 'black-hole',
    how: 'they swallow every byte, new ones too',
    isTotal: true,
    begin: (proxy) => proxy.hold(everyConnection),
  },
  {
    name: 'reset',
    how: 'they are reset while requests wait for an answer, and so is each new one',
    isTotal: true,
    begin: (proxy) => proxy.hold(everyConnection),
    goOn: (proxy) => proxy.reset(),
  },
  {
    name: 'port-closed',
    how: 'they end, and nothing listens on the port',
    isTotal: true,
    begin: (proxy) => proxy.shut(),
  },
  {
    name: 'half-open',
    how: 'the server’s ends are gone without a word, and new connections swallow every byte',
    isTotal: true,
    begin: (proxy) => {
      proxy.halfOpen();
      proxy.hold(everyConnection);
    },
  },
  {
    name: 'frozen-connections',
    how: 'they fall silent for good, and new ones work',
    isTotal: false,
    begin: (proxy) => proxy.freeze(),
  },
];

export const cutOffScenarios: readonly Scenario[] = CUTS.map(({ name, how, isTotal, begin, goOn }) =>
  scenarioOf({
    name,
    title: `One instance’s connections to the database: ${how}`,
    minimumRounds: 2,
    fault: (context: ScenarioContext): Fault => {
      const affected = affectedInstance(context);
      let start = 0;
      return {
        revokers: othersThan(affected, context),
        silent: context.round % 2 === 0 ? [affected.name] : [],
        before: async () => {
          await begin(affected.proxy);
          start = performance.now();
        },
        after: async () => {
          await sleep(WAITING_MS);
          await goOn?.(affected.proxy);
          await sleep(DURATION_MS);
          if (isTotal) context.blackouts.push({ instance: affected.name, start, end: performance.now() });
          await affected.proxy.heal();
        },
      };
    },
  }),
);
