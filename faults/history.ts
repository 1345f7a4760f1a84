/**
 * History of one credential, and whether one instant of revocation explains it. Pure. All times are milliseconds of one
 * monotonic clock. A request starts before its bytes are written and ends after its status line is read. So the
 * service's decision lies between the two.
 *
 * One instant explains a history when max(revocation's start, latest start of an accepted probe) ≤ min(revocation's
 * end, earliest end of a refused probe).
 */

export interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * `unexpected` is every response outside the contract, such as 500. Two outcomes have no response. `lost` was sent, and
 * the connection ended, was reset or stayed silent. `unreachable` could not be sent, because no process accepted a
 * connection.
 */
export type Outcome = 'accepted' | 'refused' | 'unavailable' | 'unexpected' | 'lost' | 'unreachable';

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
  /** Kind of revocation, or of credential when it was never issued. */
  readonly subject: string;
  readonly wasIssued: boolean;
  /** Status by which this credential is refused. */
  readonly refusal: number;
  readonly revocation: Revocation | null;
  /**
   * Instant from which the database may have lost the revocation: its primary ended, and an asynchronous replica took
   * over.
   */
  readonly undoneFrom?: number | undefined;
  readonly probes: readonly Probe[];
}

/** Interval in which nothing can be confirmed: by one instance, or by any of them when none is named. */
export interface Blackout extends Interval {
  readonly instance: string | null;
}

export type ViolationKind = 'stale accept' | 'resurrection' | 'phantom refusal' | 'fail-open';

export interface Violation {
  readonly kind: ViolationKind;
  readonly probe: Probe;
}

/**
 * Evaluates the formula above. The history of a credential that was never issued is explained only without accepted
 * probes.
 */
export function isExplained(history: History): boolean {
  const { wasIssued, revocation, probes } = history;
  const accepted = probes.filter((probe) => isAccepted(probe) && !isUndone(probe, history)).map(({ start }) => start);
  const refused = probes.filter(({ outcome }) => outcome === 'refused').map(({ end }) => end);
  if (!wasIssued) return accepted.length === 0;
  const { start = Infinity, end = null } = revocation ?? {};
  return Math.max(start, ...accepted) <= Math.min(end ?? Infinity, ...refused);
}

/**
 * Returns every probe that breaks the promise, by kind of violation. A probe within a blackout of its instance must not
 * be accepted, whether or not its credential is live. A phantom refusal does not turn later, correct accepts into
 * resurrections.
 */
export function violationsIn(history: History, blackouts: readonly Blackout[] = []): Violation[] {
  const { start, end } = boundsOf(history);
  const rightful = history.probes.filter((probe) => probe.outcome === 'refused' && probe.end >= start);
  const firstRefusal = Math.min(...rightful.map((probe) => probe.end));
  return history.probes.flatMap((probe) => {
    const kinds: ViolationKind[] = [];
    if (probe.outcome === 'refused' && probe.end < start) kinds.push('phantom refusal');
    if (isAccepted(probe)) {
      const counts = history.wasIssued && !isUndone(probe, history);
      if (!history.wasIssued || isWithin(probe, blackouts)) kinds.push('fail-open');
      if (counts && probe.start > end) kinds.push('stale accept');
      if (counts && probe.start > firstRefusal) kinds.push('resurrection');
    }
    return kinds.map((kind) => ({ kind, probe }));
  });
}

/**
 * Whether an acknowledged revocation was lost together with the server that acknowledged it: its credential works
 * again.
 */
export function wasUndone(history: History): boolean {
  const end = history.revocation?.end ?? null;
  if (end === null) return false;
  return history.probes.some((probe) => isAccepted(probe) && isUndone(probe, history) && probe.start > end);
}

export function isWithin(probe: Probe, blackouts: readonly Blackout[]): boolean {
  return blackouts.some(({ instance, start, end }) => {
    return (instance === null || instance === probe.instance) && probe.start >= start && probe.end <= end;
  });
}

/**
 * Whether the responding database may have lost this revocation. Credentials that were never issued get no such excuse.
 */
function isUndone(probe: Probe, { wasIssued, undoneFrom }: History): boolean {
  return wasIssued && undoneFrom !== undefined && probe.end > undoneFrom;
}

function isAccepted({ outcome }: Probe): boolean {
  return outcome === 'accepted';
}

/** Interval in which the revocation took effect. A credential that was never issued was never live. */
function boundsOf({ revocation, wasIssued }: History): Interval {
  if (!wasIssued) return { start: -Infinity, end: -Infinity };
  return { start: revocation?.start ?? Infinity, end: revocation?.end ?? Infinity };
}
