/**
 * Pages in the order of last use, which moves while it is read: a token that is used goes to the front, past a reader who has
 * not come to it yet. So a cursor carries the snapshot of the first page, and what moved since comes once more at the end.
 * Each token that is there all the while is shown at least once, and twice at most. Pure.
 */
import { isId } from '../../platform/database/ids.js';
import { decodeCursor } from '../../platform/http/pagination.js';

export type UsePlace =
  | {
      readonly part: 'unmoved';
      readonly after: readonly [micros: string, id: string];
      readonly snapshot: string | null;
    }
  | { readonly part: 'moved'; readonly after: string; readonly snapshot: string };

const MOVED = 'moved';
/** A cursor is no place for every transaction of a busy server. A shorter snapshot sees less, so more is shown twice. */
const LONGEST_SNAPSHOT = 200;

const isMicros = (part: string): boolean => /^\d{1,16}$/.test(part);
const isMicrosOrMoved = (part: string): boolean => part === MOVED || isMicros(part);

/** Throws `validation_failed`. A cursor without a snapshot is one from before there were any. */
export function placeFrom(cursor: string | undefined): UsePlace | null {
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
  return snapshot.length > LONGEST_SNAPSHOT ? `${xmin}:${xmin}:` : snapshot;
}

/** What PostgreSQL takes as a `pg_snapshot`, `xmin:xmax:xip,…`, so that no forged one reaches it. */
function isSnapshot(text: string): boolean {
  const [, first, last, between] = /^(\d{1,18}):(\d{1,18}):((?:\d{1,18}(?:,\d{1,18})*)?)$/.exec(text) ?? [];
  if (first === undefined || last === undefined || between === undefined) return false;
  const [xmin, xmax] = [BigInt(first), BigInt(last)];
  const running = between === '' ? [] : between.split(',').map(BigInt);
  const isAscending = running.every((xid, index) => xid > (running[index - 1] ?? -1n));
  return xmin > 0n && xmax >= xmin && isAscending && running.every((xid) => xid >= xmin && xid < xmax);
}
