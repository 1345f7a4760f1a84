/**
 * The format of a token's secret: `<prefix>_<kind>_<selector><secret><checksum>`. Pure. The checksum lets scanners and
 * this service reject garbage without a query.
 *
 * CHANGING ANY CONSTANT HERE KILLS EVERY LIVE TOKEN. docs/token-format.md is the public description.
 */
import { crc32 } from 'node:zlib';
import type { TokenKind } from '../access-control/scopes.js';

export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const SELECTOR_LENGTH = 16;
export const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const BODY_LENGTH = SELECTOR_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH;

const KIND_MARKS: Readonly<Record<TokenKind, string>> = { personal: 'pat', organization: 'org' };
const KINDS_BY_MARK: ReadonlyMap<string, TokenKind> = new Map([
  ['pat', 'personal'],
  ['org', 'organization'],
]);

export interface ParsedToken {
  readonly kind: TokenKind;
  /** Public, unique, safe to log; the row is found by it. */
  readonly selector: string;
  /** The whole text as presented, which is the input of the hash. */
  readonly secret: string;
}

/** Joins the parts and appends the checksum. `selector` and `random` must be base62 of their fixed lengths. */
export function formatToken(prefix: string, kind: TokenKind, selector: string, random: string): string {
  const unchecked = `${prefix}_${KIND_MARKS[kind]}_${selector}${random}`;
  return unchecked + checksum(unchecked);
}

/**
 * Parses a presented credential. Returns `null` for any text that cannot have been issued with this prefix: wrong
 * length, alphabet, prefix, kind or checksum. Linear in the input, no regular expression on attacker-sized text.
 */
export function parseToken(prefix: string, presented: string): ParsedToken | null {
  const markStart = prefix.length + 1;
  const bodyStart = markStart + 4;
  if (presented.length !== bodyStart + BODY_LENGTH) return null;
  const kind = KINDS_BY_MARK.get(presented.slice(markStart, markStart + 3));
  if (!kind || !presented.startsWith(`${prefix}_`) || presented[bodyStart - 1] !== '_') return null;
  const body = presented.slice(bodyStart);
  if (!/^[0-9A-Za-z]{65}$/.test(body)) return null;
  const unchecked = presented.slice(0, -CHECKSUM_LENGTH);
  if (checksum(unchecked) !== presented.slice(-CHECKSUM_LENGTH)) return null;
  return { kind, selector: body.slice(0, SELECTOR_LENGTH), secret: presented };
}

/**
 * Returns the hint that lists show instead of a secret: its beginning and its last four characters. The four belong to
 * the checksum and reveal less than 24 of the secret's 256 bits.
 */
export function hintOf(secret: string): string {
  const beginning = secret.slice(0, secret.lastIndexOf('_') + 1);
  return `${beginning}…${secret.slice(-4)}`;
}

/**
 * Returns one regular expression for secret scanners, linear in RE2 and in JavaScript; the checksum then sorts out
 * look-alikes. It has no `\b` in front: a leaked token often follows other text directly, as in `%3Dlk_pat_…` or
 * `\nlk_pat_…`.
 */
export function scannerPattern(prefix: string): string {
  return `${prefix}_(?:pat|org)_[0-9A-Za-z]{${String(BODY_LENGTH)}}\\b`;
}

/** Returns the CRC-32 (ISO 3309, as in zlib) of the text, as six base62 digits, most significant first. */
function checksum(text: string): string {
  let value = crc32(text);
  let digits = '';
  for (let position = 0; position < CHECKSUM_LENGTH; position += 1) {
    digits = BASE62.charAt(value % 62) + digits;
    value = Math.floor(value / 62);
  }
  return digits;
}
