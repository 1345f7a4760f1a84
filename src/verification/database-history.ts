/**
 * The history of the database that this process has followed. A promoted server may lack transactions that the one
 * before had acknowledged, when it was an asynchronous replica. A restore to an earlier moment has the same effect. The
 * process then clears its cache, as on any other server, and reads the present rows: a revocation that the database has
 * lost is lost. This class produces the warning for the operator.
 */

/** A point in a history, at which a fence was run. */
export interface HistoryPoint {
  /** The start of the server. */
  readonly server: string;
  /**
   * The number of promotions in a cluster's history (PostgreSQL, "Timelines"); `null` when the server does not report
   * it.
   */
  readonly timeline: string | null;
  /** `pg_current_snapshot()` as text: xmin:xmax:list. */
  readonly snapshot: string;
}

const ADVICE =
  'What was revoked or changed in its last moments may be undone, and tokens work again, unless replication was ' +
  'synchronous: docs/operations.md, "Failover".';

export class DatabaseHistory {
  private point: HistoryPoint | null = null;

  /** Returns the operator's warning about the step from the previous point to this one, or `null`. Never throws. */
  follow(next: HistoryPoint): string | null {
    const { point } = this;
    this.point = next;
    if (point === null || point.server === next.server) return null;
    const findings = [promotion(point.timeline, next.timeline), loss(point.snapshot, next.snapshot)];
    const warnings = findings.filter((finding) => finding !== null);
    return warnings.length === 0
      ? null
      : `The database is not the one of before: ${warnings.join(', and ')}. ${ADVICE}`;
  }
}

function promotion(before: string | null, now: string | null): string | null {
  if (before === null || now === null || before === now) return null;
  return `it was promoted (timeline ${before}, now ${now})`;
}

function loss(before: string, now: string): string | null {
  const isEarlier = nextTransactionOf(now) < nextTransactionOf(before);
  return isEarlier ? 'it lacks transactions that this process has seen' : null;
}

/** Returns the snapshot's xmax: no transaction has had an id at or above it. */
function nextTransactionOf(snapshot: string): bigint {
  return BigInt(/^\d+:(\d+):/.exec(snapshot)?.[1] ?? 0);
}
