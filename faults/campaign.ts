/** Runs rounds of one scenario until there are enough conclusive probes, and counts the outcomes. */
import { ConnectionPool } from './connection-pool.js';
import type { Deployment } from './deployment.js';
import { lackOfEvidence } from './evidence.js';
import { Fixtures } from './fixtures.js';
import { violationsIn, type Blackout, type History, type Probe } from './history.js';
import { forgedCredentials } from './revocations/forged-credentials.js';
import { revocationKinds } from './revocations/index.js';
import type { Case, CaseActors, RevocationKind } from './revocations/revocation-case.js';
import { runRound } from './round.js';
import type { Scenario } from './scenarios/scenario.js';
import { isUnexpected, statisticsOf, type Statistics } from './statistics.js';

export interface StopCondition {
  /** Minimum of accepted and refused probes. */
  readonly probes: number;
  /** Replaces the scenario's own number of rounds, for a short run. */
  readonly rounds?: number | undefined;
  /** Stop condition beside the number of probes, within a bound. */
  until?(statistics: Statistics): boolean;
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly statistics: Statistics;
  readonly histories: readonly History[];
  readonly blackouts: readonly Blackout[];
  /** Names of the instances. */
  readonly instances: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  /** A few violations, described for the report. */
  readonly examples: readonly string[];
  /** Reason why the scenario did not finish, or why its result is no evidence. */
  readonly failure: string | null;
}

const CASES_PER_ROUND = 6;
const MAX_ROUNDS = 8;
/** Examples of each kind of violation. */
const EXAMPLES = 4;

export async function runScenario(
  scenario: Scenario,
  deployment: Deployment,
  stop: StopCondition,
): Promise<ScenarioResult> {
  const startedAt = performance.now();
  const histories: History[] = [];
  const blackouts: Blackout[] = [];
  const minimum = stop.rounds ?? scenario.minimumRounds ?? 1;
  let round = 0;
  let failure: string | null = null;
  const pool = new ConnectionPool(deployment);
  const fixtures = new Fixtures(pool, deployment.psql);
  try {
    await scenario.setUp?.(deployment);
    for (; round < minimum || !isEnough(stop, statisticsOf(histories), round); round += 1) {
      const actors = { fixtures, organization: await fixtures.organization(), psql: deployment.psql };
      const prepared = await prepare(scenario, actors, round);
      const { cases, fault } = await scenario.planRound({ deployment, round, blackouts }, prepared, actors);
      await runRound(pool, cases, fault, (history) => histories.push(history));
    }
    await scenario.tearDown?.(deployment);
  } catch (error) {
    failure = `round ${String(round + 1)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    // An aborted scenario leaves faults behind, which must not affect the next one.
    await deployment.repair().catch((fault: unknown) => {
      throw new AggregateError(
        [error, fault],
        `${scenario.name} was broken off (${failure ?? ''}) and cannot be repaired`,
      );
    });
  }
  pool.close();
  const { instances } = pool;
  const lack = failure === null ? lackOfEvidence(histories, { ...scenario, instances, blackouts }) : null;
  const failures = [failure, lack && `NO EVIDENCE: ${lack}`, deployment.takeCrashes()];
  failure = failures.filter((each) => each !== null).join('\n') || null;
  const seconds = (performance.now() - startedAt) / 1_000;
  const examples = examplesFrom(histories, blackouts);
  const statistics = statisticsOf(histories, blackouts);
  return {
    scenario: scenario,
    statistics: statistics,
    histories,
    blackouts,
    instances,
    rounds: round,
    seconds,
    examples,
    failure,
  };
}

/** The kinds of revocation alternate, so that every scenario meets every suitable one. */
async function prepare(scenario: Scenario, actors: CaseActors, round: number): Promise<Case[]> {
  const suitable = revocationKinds.filter((kind) => scenario.suits?.(kind) ?? true);
  const chosen = Array.from({ length: CASES_PER_ROUND }, (_, index) => {
    return suitable[(round * CASES_PER_ROUND + index) % suitable.length];
  });
  const present = chosen.filter((kind): kind is RevocationKind => kind !== undefined);
  const cases = await Promise.all(present.map((kind) => kind.prepare(actors)));
  return [...cases, ...(await forgedCredentials(actors))];
}

function isEnough({ probes, until }: StopCondition, statistics: Statistics, round: number): boolean {
  if (statistics.accepted + statistics.refused < probes) return false;
  return until === undefined || round >= MAX_ROUNDS || until(statistics);
}

/** Returns a few examples of each kind. */
function examplesFrom(histories: readonly History[], blackouts: readonly Blackout[]): string[] {
  const found = new Map<string, string[]>();
  const note = (kind: string, { subject, revocation }: History, probe: Probe): void => {
    const { start, end } = revocation ?? {};
    const revoked = `revoked ${start?.toFixed(1) ?? 'never'}–${end?.toFixed(1) ?? '?'}`;
    const probed = `probe ${probe.start.toFixed(1)}–${probe.end.toFixed(1)} on ${probe.instance}`;
    const examples = found.get(kind) ?? [];
    found.set(kind, [...examples, `${kind} (${subject}): ${revoked}, ${probed}: ${String(probe.status)}`]);
  };
  for (const history of histories) {
    for (const { kind, probe } of violationsIn(history, blackouts)) note(kind, history, probe);
    for (const probe of history.probes) if (isUnexpected(probe, history)) note('unexpected answer', history, probe);
  }
  return [...found.values()].flatMap((examples) => examples.slice(0, EXAMPLES));
}
