/**
 * Instants in PostgreSQL's text form. Its range is larger than that of `Date` and RFC 3339: `infinity`, years BC, years
 * of five and six digits, and offsets with seconds (local mean time). Every comparison with an invalid `Date` is false,
 * so no function here returns one for an instant of PostgreSQL.
 */
import pg from 'pg';

/** ISO 8601 style, as a column's text (`2026-05-01 12:00:00+00`) or inside JSON (`2026-05-01T12:00:00+00:00`). */
const INSTANT =
  /^(\d{4,6})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(\.\d{1,6})?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;
/** The form of every year from 1 to 9999 inside JSON, unless its offset has seconds. */
const USUAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d:\d\d$/;

/** The last millisecond that a `Date` holds, in the year 275760; the first one is its negative. */
const LAST_MS = 8.64e15;
/** RFC 3339 section 5.6: years have four digits. */
const MIN_RFC3339_MS = Date.parse('0001-01-01T00:00:00.000Z');
const MAX_RFC3339_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Returns milliseconds since 1970, rounded down; ±Infinity beyond the range of `Date`; NaN for a text that is no
 * instant.
 */
export function instantMs(text: string): number {
  if (USUAL.test(text)) return Date.parse(text);
  if (text === 'infinity') return Infinity;
  if (text === '-infinity') return -Infinity;
  const [, year, month, day, hours, minutes, seconds, fraction = '', sign, ...zone] = INSTANT.exec(text) ?? [];
  if (year === undefined) return NaN;
  const isBC = zone.pop() !== undefined;
  const date = new Date(0);
  date.setUTCFullYear(isBC ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hours), Number(minutes), Number(seconds), Math.floor(Number(`0${fraction}`) * 1000));
  const [zoneHours = 0, zoneMinutes = 0, zoneSeconds = 0] = zone.map((part?: string) => Number(part ?? 0));
  const offsetMs = (zoneHours * 3600 + zoneMinutes * 60 + zoneSeconds) * 1000;
  const ms = date.getTime() - (sign === '-' ? -offsetMs : offsetMs);
  // PostgreSQL's range ends in the year 294276 and begins in 4713 BC, which a `Date` holds.
  return Number.isNaN(ms) ? Infinity : ms;
}

/**
 * Returns an instant for comparisons: the nearest `Date` beyond its range, and an invalid one only for a text that is
 * no instant.
 */
export function comparableInstant(text: string): Date {
  return new Date(Math.min(Math.max(instantMs(text), -LAST_MS), LAST_MS));
}

/** Returns an instant for responses: the nearest one in RFC 3339's range. Throws for a text that is no instant. */
export function rfc3339Instant(text: string): Date {
  const ms = instantMs(text);
  if (Number.isNaN(ms)) throw new Error(`PostgreSQL answered an instant in another style than ISO: ${text}`);
  return new Date(Math.min(Math.max(ms, MIN_RFC3339_MS), MAX_RFC3339_MS));
}

/** The `types` of a connection whose rows become responses: every `timestamptz` is a valid `Date`. */
export const RFC3339_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (id, format) => {
    // The driver's type declarations leave the results of its parsers untyped.
    if (id === pg.types.builtins.TIMESTAMPTZ && format !== 'binary') return rfc3339Instant;
    return pg.types.getTypeParser(id, format) as unknown;
  },
};

/**
 * SQL for the sort key of a list. An instant before 1970, or none, sorts as 1970, and one after 2254 as 2255. In
 * between a cursor holds every microsecond exactly, since it fits a double.
 */
export function sortable(column: string): string {
  const since1970 = `greatest(coalesce(${column}, 'epoch'::timestamptz), 'epoch'::timestamptz)`;
  return `least(${since1970}, '2255-01-01 00:00:00+00'::timestamptz)`;
}

/**
 * SQL for a sortable instant in microseconds since 1970, at most 16 digits; a `Date` would lose precision that
 * PostgreSQL sorts by.
 */
export function micros(sortableInstant: string): string {
  return `(extract(epoch FROM ${sortableInstant}) * 1000000)::bigint::text`;
}
