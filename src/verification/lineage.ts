/**
 * Which history of the database this process has followed. A server that takes over by a failover may lack what the one
 * before had acknowledged, when it was an asynchronous replica of it; a restore to an earlier moment does the same. The
 * process then forgets all that it remembers, as it does on any other server, and reads what is there: a revocation that
 * the database has lost is lost. This tells the operator so.
 */

/** Where in which history a fence was answered. */
export interface Place {
  /** When the server was started. */
  readonly server: string;
  /** Counts the promotions in the history of a cluster (PostgreSQL, "Timelines"). `null` when the server does not tell. */
  readonly timeline: string | null;
  /** `pg_current_snapshot()` as text: xmin:xmax:list. */
  readonly snapshot: string;
}

const ADVICE =
  'What was revoked or changed in its last moments may be undone, and tokens work again, unless replication was ' +
  'synchronous: docs/operations.md, "Failover".';

export class Lineage {
  private place: Place | null = null;

  /** What the operator should be told of the step from the place before to this one, or `null`. Throws nothing. */
  follow(next: Place): string | null {
    const { place } = this;
    this.place = next;
    if (place === null || place.server === next.server) return null;
    const signs = [promotion(place.timeline, next.timeline), loss(place.snapshot, next.snapshot)];
    const told = signs.filter((sign) => sign !== null);
    return told.length === 0 ? null : `The database is not the one of before: ${told.join(', and ')}. ${ADVICE}`;
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

/** The snapshot's xmax: no transaction has had an id from here on. */
function nextTransactionOf(snapshot: string): bigint {
  return BigInt(/^\d+:(\d+):/.exec(snapshot)?.[1] ?? 0);
}
