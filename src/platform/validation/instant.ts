/** Instants in requests: RFC 3339 section 5.6, always with an offset, since a local time is no instant. */

const DATE = /(\d{4})-(\d{2})-(\d{2})/.source;
const TIME = /(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?/.source;
const INSTANT = new RegExp(`^${DATE}T${TIME}(?:Z|[+-]\\d{2}:\\d{2})$`, 'i');

const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Returns the instant to the millisecond, or `null` for another form and for a day that no calendar has (30 February).
 */
export function parseInstant(text: string): Date | null {
  const [, year, month, day] = INSTANT.exec(text) ?? [];
  if (Number(day) > daysIn(Number(year), Number(month))) return null;
  const time = year === undefined ? NaN : Date.parse(text.toUpperCase());
  return time >= EARLIEST && time <= LATEST ? new Date(time) : null;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
