/**
 * Pagination in the order of last use, which changes during reading. A used token moves to the front, past a reader who
 * has not reached it yet. A cursor therefore contains the snapshot of the first page, and tokens used since are listed
 * again at the end. Each token present all the while is listed at least once, and at most twice. Pure.
 */
import { isId } from '../../platform/database/ids.js';
import { decodeCursor } from '../../platform/http/pagination.js';

export type UsePosition =
  | {
      readonly part: 'unmoved';
      readonly after: readonly [micros: string, id: string];
      readonly snapshot: string | null;
    }
  | { readonly part: 'moved'; readonly after: string; readonly snapshot: string };

const MOVED = 'moved';
/**
 * A busy server's snapshot lists too many transactions for a cursor. A shortened snapshot sees less, so more tokens are
 * listed twice.
 */
const MAX_SNAPSHOT_LENGTH = 200;

const isMicros = (part: string): boolean => /^\d{1,16}$/.test(part);
const isMicrosOrMoved = (part: string): boolean => part === MOVED || isMicros(part);

/** Parses a cursor; one without a snapshot is from an older version. Throws `validation_failed`. */
export function usePositionFrom(cursor: string | undefined): UsePosition | null {
  const [first, id, snapshot] = decodeCursor(cursor, [isMicrosOrMoved, isId, isSnapshot], { optional: 1 }) ?? [];
  if (first === undefined || id === undefined) return null;
  if (first !== MOVED) return { part: 'unmoved', after: [first, id], snapshot: snapshot ?? null };
  return snapshot === undefined ? null : { part: 'moved', after: id, snapshot };
}

export function keyOfUnmoved(
  token: { readonly lastUsedMicros: string; readonly id: string },
  snapshot: string,
): string[] {
  return [token.lastUsedMicros, token.id, shortened(snapshot)];
}

export function keyOfMoved({ id }: { readonly id: string }, snapshot: string): string[] {
  return [MOVED, id, shortened(snapshot)];
}

function shortened(snapshot: string): string {
  const [xmin = ''] = snapshot.split(':');
  return snapshot.length > MAX_SNAPSHOT_LENGTH ? `${xmin}:${xmin}:` : snapshot;
}

/** Whether PostgreSQL accepts the text as a `pg_snapshot`, `xmin:xmax:xip,…`, so that no forged one reaches it. */
function isSnapshot(text: string): boolean {
  const [, first, last, between] = /^(\d{1,18}):(\d{1,18}):((?:\d{1,18}(?:,\d{1,18})*)?)$/.exec(text) ?? [];
  if (first === undefined || last === undefined || between === undefined) return false;
  const [xmin, xmax] = [BigInt(first), BigInt(last)];
  const running = between === '' ? [] : between.split(',').map(BigInt);
  const isAscending = running.every((xid, index) => xid > (running[index - 1] ?? -1n));
  return xmin > 0n && xmax >= xmin && isAscending && running.every((xid) => xid >= xmin && xid < xmax);
}
