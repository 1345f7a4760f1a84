/**
 * Instants as PostgreSQL writes them, which is more than a `Date` holds and RFC 3339 can say: `infinity`, years BC, years of
 * five and six digits, and offsets with seconds (local mean time). A comparison with an invalid `Date` is false, whichever
 * way it is asked, so nothing here yields one for an instant that PostgreSQL has.
 */
import pg from 'pg';

/** In ISO 8601 style, as a column's text (`2026-05-01 12:00:00+00`) or inside JSON (`2026-05-01T12:00:00+00:00`). */
const INSTANT =
  /^(\d{4,6})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(\.\d{1,6})?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;
/** What every year from 1 to 9999 looks like inside JSON, unless its offset has seconds. */
const USUAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d:\d\d$/;

/** The last millisecond that a `Date` holds, in the year 275760; the first one is its negative. */
const LAST_MS = 8.64e15;
/** RFC 3339 section 5.6: years have four digits. */
const EARLIEST_SAYABLE_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST_SAYABLE_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Milliseconds since 1970, rounded down; ±Infinity for what lies beyond every `Date`; NaN for what is no instant. */
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
  // PostgreSQL ends in the year 294276, and begins in 4713 BC, which a `Date` holds.
  return Number.isNaN(ms) ? Infinity : ms;
}

/** For comparisons. Beyond its range it is the nearest `Date`; an invalid one only for a text that is no instant. */
export function comparableInstant(text: string): Date {
  return new Date(Math.min(Math.max(instantMs(text), -LAST_MS), LAST_MS));
}

/** For answers: the nearest instant that RFC 3339 can say. Throws for a text that is no instant. */
export function sayableInstant(text: string): Date {
  const ms = instantMs(text);
  if (Number.isNaN(ms)) throw new Error(`PostgreSQL answered an instant in another style than ISO: ${text}`);
  return new Date(Math.min(Math.max(ms, EARLIEST_SAYABLE_MS), LATEST_SAYABLE_MS));
}

/** The `types` of a connection whose rows become answers: every `timestamptz` is a valid `Date`. */
export const SAYABLE_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (id, format) => {
    // The driver's own declarations know its parsers by their results and nothing more.
    if (id === pg.types.builtins.TIMESTAMPTZ && format !== 'binary') return sayableInstant;
    return pg.types.getTypeParser(id, format) as unknown;
  },
};

/**
 * What a list sorts by, in SQL: an instant before 1970, or none, sorts as 1970, and one after 2254 as 2255. In between a
 * cursor can name every microsecond exactly, since it fits a double.
 */
export function sortable(column: string): string {
  const since1970 = `greatest(coalesce(${column}, 'epoch'::timestamptz), 'epoch'::timestamptz)`;
  return `least(${since1970}, '2255-01-01 00:00:00+00'::timestamptz)`;
}

/** A sortable instant in microseconds since 1970, at most 16 digits: a Date would lose what PostgreSQL sorts by. */
export function micros(sortableInstant: string): string {
  return `(extract(epoch FROM ${sortableInstant}) * 1000000)::bigint::text`;
}
