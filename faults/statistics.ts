/** Statistics over many histories. Pure. */
import {
  isExplained,
  violationsIn,
  wasUndone,
  type Blackout,
  type History,
  type Probe,
  type Violation,
} from './history.js';

export interface Statistics {
  readonly probes: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unavailable: number;
  readonly lost: number;
  readonly unreachable: number;
  readonly unexpected: number;
  /** Probes that started after the acknowledgement of their credential's revocation. */
  readonly afterAcknowledgement: number;
  readonly revocations: number;
  readonly acknowledged: number;
  /** Acknowledged revocations that a failover lost, where that may happen. */
  readonly undone: number;
  readonly staleAccepts: number;
  readonly resurrections: number;
  readonly phantomRefusals: number;
  readonly failOpens: number;
  /** Histories that the formula rejects: the same result by another method. */
  readonly unexplained: number;
}

export function statisticsOf(histories: readonly History[], blackouts: readonly Blackout[] = []): Statistics {
  const probes = histories.flatMap((history) => history.probes);
  const count = (outcome: string): number => probes.filter((probe) => probe.outcome === outcome).length;
  const violations = histories.flatMap((history) => violationsIn(history, blackouts));
  const broken = (kind: Violation['kind']): number => violations.filter((violation) => violation.kind === kind).length;
  const revocations = histories.flatMap(({ revocation }) => revocation ?? []);
  return {
    probes: probes.length,
    accepted: count('accepted'),
    refused: count('refused'),
    unavailable: count('unavailable'),
    lost: count('lost'),
    unreachable: count('unreachable'),
    unexpected: sum(histories.map((history) => history.probes.filter((probe) => isUnexpected(probe, history)).length)),
    afterAcknowledgement: sum(histories.map(probesAfterAcknowledgement)),
    revocations: revocations.length,
    acknowledged: revocations.filter(({ end }) => end !== null).length,
    undone: histories.filter(wasUndone).length,
    staleAccepts: broken('stale accept'),
    resurrections: broken('resurrection'),
    phantomRefusals: broken('phantom refusal'),
    failOpens: broken('fail-open'),
    unexplained: histories.filter((history) => !isExplained(history)).length,
  };
}

/** Returns the number of broken promises of every kind. */
export function brokenPromises(statistics: Statistics): number {
  const { staleAccepts, resurrections, phantomRefusals, failOpens, unexpected, unexplained } = statistics;
  return staleAccepts + resurrections + phantomRefusals + failOpens + unexpected + unexplained;
}

/** Returns the number of probes that were accepted wrongly; any of them detects a defective service. */
export function wrongAccepts({ staleAccepts, resurrections, failOpens }: Statistics): number {
  return staleAccepts + resurrections + failOpens;
}

/** Returns the share of probes with a verdict among the ones that reached a process, from 0 to 1. */
export function availability({ accepted, refused, unavailable }: Statistics): number {
  const answered = accepted + refused;
  return answered === 0 ? 0 : answered / (answered + unavailable);
}

/** Returns the median time between an acknowledgement and the start of the first probe after it, in milliseconds. */
export function medianGapMs(histories: readonly History[]): number {
  const gaps = histories.flatMap(({ probes, revocation }) => {
    const end = revocation?.end ?? Infinity;
    const after = probes.map(({ start }) => start - end).filter((gap) => gap > 0);
    return after.length === 0 ? [] : Math.min(...after);
  });
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? NaN;
}

/**
 * Whether a response is outside the contract, or a refusal with another status than this credential's. Not during the
 * revocation: a request may pass the guards before it and find nothing after it.
 */
export function isUnexpected(probe: Probe, { refusal, revocation }: Pick<History, 'refusal' | 'revocation'>): boolean {
  if (probe.outcome === 'unexpected') return true;
  return probe.outcome === 'refused' && probe.status !== refusal && probe.start > (revocation?.end ?? Infinity);
}

function probesAfterAcknowledgement({ probes, revocation }: History): number {
  const end = revocation?.end ?? Infinity;
  return probes.filter(({ start }) => start > end).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
