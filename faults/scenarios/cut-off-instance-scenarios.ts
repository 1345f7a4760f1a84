/**
 * One instance is cut off from the database, while the others, which are not, revoke. It cannot know of the revocations,
 * so that 503 is the only right answer of it, or a refusal. Every other time no request is under way at it when the fault
 * begins, and its first one comes after the acknowledgement.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { everyConnection, type DatabaseProxy } from '../proxy.js';
import type { Fault } from '../round.js';
import { scenarioOf, othersThan, victimOf, type Scenario, type ScenarioScene } from './scenario.js';

/** Until requests wait at the instance for what was sent into the fault. */
const WAITING_MS = 150;
/** Longer than a request may wait for its credential to be confirmed, twice. */
const LASTS_MS = 2_300;

interface Cut {
  readonly name: string;
  /** What becomes of the instance's connections. */
  readonly how: string;
  /** Whether the instance can confirm nothing until the end; if not, new connections work. */
  readonly isTotal: boolean;
  begin(proxy: DatabaseProxy): Promise<void> | void;
  /** When requests wait for an answer that they will not get. */
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

export const cutOffCells: readonly Scenario[] = CUTS.map(({ name, how, isTotal, begin, goOn }) =>
  scenarioOf({
    name,
    title: `One instance’s connections to the database: ${how}`,
    minimumRounds: 2,
    fault: (scene: ScenarioScene): Fault => {
      const victim = victimOf(scene);
      let start = 0;
      return {
        revokers: othersThan(victim, scene),
        silent: scene.round % 2 === 0 ? [victim.name] : [],
        before: async () => {
          await begin(victim.proxy);
          start = performance.now();
        },
        after: async () => {
          await sleep(WAITING_MS);
          await goOn?.(victim.proxy);
          await sleep(LASTS_MS);
          if (isTotal) scene.blackouts.push({ instance: victim.name, start, end: performance.now() });
          await victim.proxy.heal();
        },
      };
    },
  }),
);
