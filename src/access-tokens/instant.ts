/**
 * Instants as clients write them: RFC 3339 section 5.6, with an offset, because "2027-01-31 12:00" means another moment
 * to everybody who reads it. Pure. JavaScript's own parser is no help here: it takes 31 February for 3 March.
 */
const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

const END_OF_YEAR_9999_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * The instant, in whole milliseconds (what is finer is cut off), or `null` for anything else, for a leap second and for
 * what lies after the year 9999 in UTC.
 */
export function parseInstant(text: string): Date | null {
  const [, year, month, day] = RFC_3339.exec(text) ?? [];
  if (!isDate(Number(year), Number(month), Number(day))) return null;
  const instant = new Date(text.toUpperCase());
  return instant.getTime() <= END_OF_YEAR_9999_MS ? instant : null;
}

function isDate(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
