/** One kind of fault, and how it goes into a round. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment, Instance } from '../deployment.js';
import type { Blackout } from '../history.js';
import type { Fault } from '../round.js';
import type { Case, CaseActors, RevocationKind } from '../revocations/revocation-case.js';

export interface ScenarioScene {
  readonly deployment: Deployment;
  /** Counts from 0. */
  readonly round: number;
  /** For a fault to say when nothing can be confirmed, and by whom. */
  readonly blackouts: Blackout[];
}

export interface Scenario {
  readonly name: string;
  /** What happens, for the report. */
  readonly title: string;
  readonly minimumRounds?: number;
  /** Whether the fault takes the database itself away, so that 503 is the only right answer meanwhile. */
  readonly isDatabaseGone?: boolean;
  /** Whether it is played where a replica can take over. */
  readonly needsReplica?: boolean;
  /** Whether the fault undoes acknowledged revocations, as it may; one that undoes none shows nothing. */
  readonly losesRevocations?: boolean;
  /** The share of probes that may stay without an answer, where the fault takes processes away. */
  readonly mostLost?: number;
  suits?(verb: RevocationKind): boolean;
  setUp?(deployment: Deployment): Promise<void>;
  tearDown?(deployment: Deployment): Promise<void>;
  /** The cases and the fault of one round. */
  play(scene: ScenarioScene, cases: readonly Case[], household: CaseActors): Play | Promise<Play>;
}

export interface Play {
  readonly cases: readonly Case[];
  readonly fault: Fault;
}

/** A cell whose rounds differ by nothing but the fault. */
export function scenarioOf(
  cell: Omit<Scenario, 'play'> & { fault(scene: ScenarioScene, cases: readonly Case[]): Fault },
): Scenario {
  return { ...cell, play: (scene, cases) => ({ cases, fault: cell.fault(scene, cases) }) };
}

/** A fault that lasts for a given time and then ends by itself, whatever the revocations do meanwhile. */
export function lasting(ms: number, begin: () => Promise<void> | void, end: () => Promise<void> | void): Fault {
  let over: Promise<void> = Promise.resolve();
  return {
    before: async () => {
      try {
        await begin();
      } catch (error) {
        await end();
        throw error;
      }
      over = sleep(ms).then(end);
    },
    after: () => over,
  };
}

/** The instance whose turn it is to suffer. */
export function victimOf({ deployment, round }: ScenarioScene): Instance {
  const victim = deployment.instances[round % deployment.instances.length];
  if (!victim) throw new Error('a deployment has instances');
  return victim;
}

export function othersThan(victim: Instance, { deployment }: ScenarioScene): string[] {
  return deployment.instances.filter((each) => each !== victim).map(({ name }) => name);
}

export function between(least: number, most: number): number {
  return least + Math.random() * (most - least);
}

/** One of these, each in its turn. */
export function inTurn<T>(values: readonly [T, ...T[]], round: number): T {
  return values[round % values.length] ?? values[0];
}

/** Right after the acknowledgement of one of the revocations, whichever; what is not acknowledged by then may be lost. */
export function afterSomeAcknowledgement(cases: readonly Case[], crash: () => Promise<void>): Fault {
  const revocable = cases.filter(({ revoke }) => revoke !== null).length;
  const fatal = Math.ceil(between(0, revocable));
  let crashing: Promise<void> | null = null;
  return {
    acknowledged: (count) => {
      if (count === fatal) crashing = crash();
    },
    after: () => crashing ?? crash(),
  };
}
