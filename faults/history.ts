/**
 * What was seen around one credential, and whether one instant of revocation can explain it. Pure. All times are of one
 * monotonic clock in milliseconds: a request starts before its bytes are written and ends after its status line is read,
 * so whatever the service did lies between the two.
 *
 * One instant explains a history when
 *   max(revocation's start, latest start of an accepted probe) ≤ min(revocation's end, earliest end of a refused probe).
 */

export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** `unexpected` is every answer that the contract does not know, such as 500; `lost` is none at all. */
export type Outcome = 'accepted' | 'refused' | 'unavailable' | 'unexpected' | 'lost';

export interface Probe extends Interval {
  readonly instance: string;
  readonly outcome: Outcome;
  readonly status: number | null;
}

export interface Revocation {
  readonly start: number;
  /** `null` when it was never acknowledged: it may have happened at any time since, or never. */
  readonly end: number | null;
}

export interface History {
  /** How the credential was revoked, or what it is when it was never issued. */
  readonly subject: string;
  readonly wasIssued: boolean;
  /** The status by which this credential is refused. */
  readonly refusal: number;
  readonly revocation: Revocation | null;
  readonly probes: readonly Probe[];
}

export type ViolationKind = 'stale accept' | 'resurrection' | 'phantom refusal' | 'fail-open';

export interface Violation {
  readonly kind: ViolationKind;
  readonly probe: Probe;
}

/** The formula above. A credential that was never issued is explained by no accepted probe at all. */
export function isExplained({ wasIssued, revocation, probes }: History): boolean {
  const accepted = probes.filter(({ outcome }) => outcome === 'accepted').map(({ start }) => start);
  const refused = probes.filter(({ outcome }) => outcome === 'refused').map(({ end }) => end);
  if (!wasIssued) return accepted.length === 0;
  const { start = Infinity, end = null } = revocation ?? {};
  return Math.max(start, ...accepted) <= Math.min(end ?? Infinity, ...refused);
}

/**
 * Every probe that breaks the promise, by the way it does. `blackouts` are intervals in which nothing can be confirmed,
 * so that a request that lies within one cannot be accepted rightly. A phantom refusal does not make later, rightful
 * accepts into resurrections.
 */
export function violationsIn(history: History, blackouts: readonly Interval[] = []): Violation[] {
  const { start, end } = boundsOf(history);
  const rightful = history.probes.filter((probe) => probe.outcome === 'refused' && probe.end >= start);
  const firstRefusal = Math.min(...rightful.map((probe) => probe.end));
  return history.probes.flatMap((probe) => {
    const kinds: ViolationKind[] = [];
    if (probe.outcome === 'refused' && probe.end < start) kinds.push('phantom refusal');
    if (probe.outcome === 'accepted') {
      if (!history.wasIssued || isWithin(probe, blackouts)) kinds.push('fail-open');
      if (history.wasIssued && probe.start > end) kinds.push('stale accept');
      if (history.wasIssued && probe.start > firstRefusal) kinds.push('resurrection');
    }
    return kinds.map((kind) => ({ kind, probe }));
  });
}

/** Between these instants the revocation took effect. What was never issued was never alive. */
function boundsOf({ revocation, wasIssued }: History): Interval {
  if (!wasIssued) return { start: -Infinity, end: -Infinity };
  return { start: revocation?.start ?? Infinity, end: revocation?.end ?? Infinity };
}

function isWithin(probe: Interval, intervals: readonly Interval[]): boolean {
  return intervals.some(({ start, end }) => probe.start >= start && probe.end <= end);
}
