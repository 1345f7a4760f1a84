/** Scenario: one kind of fault, and its part in a round. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment, Instance } from '../deployment.js';
import type { Blackout } from '../history.js';
import type { Case, CaseActors, RevocationKind } from '../revocations/revocation-case.js';
import type { Fault } from '../round.js';

export interface ScenarioContext {
  readonly deployment: Deployment;
  /** Counts from 0. */
  readonly round: number;
  /** A fault adds the intervals in which nothing can be confirmed, with the instance. */
  readonly blackouts: Blackout[];
}

export interface Scenario {
  readonly name: string;
  /** Description of the fault for the report. */
  readonly title: string;
  readonly minimumRounds?: number;
  /** Whether the fault takes the database itself away, so that 503 is the only correct response meanwhile. */
  readonly isDatabaseGone?: boolean;
  /** Whether it needs a deployment with a replica. */
  readonly needsReplica?: boolean;
  /** Whether the fault may undo acknowledged revocations; a run that undoes none shows nothing. */
  readonly losesRevocations?: boolean;
  /** Share of probes that may have no response, when the fault ends processes. */
  readonly maxLost?: number;
  suits?(kind: RevocationKind): boolean;
  setUp?(deployment: Deployment): Promise<void>;
  tearDown?(deployment: Deployment): Promise<void>;
  /** Returns the cases and the fault of one round. */
  planRound(context: ScenarioContext, cases: readonly Case[], actors: CaseActors): RoundPlan | Promise<RoundPlan>;
}

export interface RoundPlan {
  readonly cases: readonly Case[];
  readonly fault: Fault;
}

/** Scenario whose rounds differ by their fault only. */
export function scenarioOf(
  scenario: Omit<Scenario, 'planRound'> & { fault(context: ScenarioContext, cases: readonly Case[]): Fault },
): Scenario {
  return { ...scenario, planRound: (context, cases) => ({ cases, fault: scenario.fault(context, cases) }) };
}

/** Fault that lasts for a given time, whatever the revocations do meanwhile. */
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

/** Returns the instance that the fault affects, in turn. */
export function affectedInstance({ deployment, round }: ScenarioContext): Instance {
  const affected = deployment.instances[round % deployment.instances.length];
  if (!affected) throw new Error('a deployment has instances');
  return affected;
}

export function othersThan(affected: Instance, { deployment }: ScenarioContext): string[] {
  return deployment.instances.filter((each) => each !== affected).map(({ name }) => name);
}

export function between(min: number, max: number): number {
  return min + Math.random() * (max - min);
}

/** Returns one of the values, in turn. */
export function inTurn<T>(values: readonly [T, ...T[]], round: number): T {
  return values[round % values.length] ?? values[0];
}

/**
 * Fault right after the acknowledgement of any revocation; revocations that are not acknowledged by then may be lost.
 */
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
