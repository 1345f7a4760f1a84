import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import {
  BASE62,
  formatToken,
  hintOf,
  parseToken,
  scannerPattern,
  SECRET_LENGTH,
  SELECTOR_LENGTH,
} from '../../../src/credentials/token-format.js';

const RUNS = { numRuns: 10_000 };
const DIGITS = Array.from(BASE62);
const ALPHANUMERIC = Array.from('abcdefghijklmnopqrstuvwxyz0123456789');

const base62 = (length: number) =>
  fc.string({ unit: fc.constantFrom(...DIGITS), minLength: length, maxLength: length });
const kind = fc.constantFrom('personal' as const, 'organization' as const);
const brand = fc.string({ unit: fc.constantFrom(...ALPHANUMERIC), minLength: 2, maxLength: 12 });
const parts = fc.record({ kind, selector: base62(SELECTOR_LENGTH), random: base62(SECRET_LENGTH) });
const token = parts.map((each) => formatToken('lk', each.kind, each.selector, each.random));
/** Characters of tokens, and characters that are easily taken for them. */
const character = fc.oneof(fc.constantFrom(...DIGITS, '_', '-', '.', ' ', '\n', '\0', 'é', 'а', '🗝'), fc.string());

/** With a checksum that fits, as whoever knows the public description can make it. */
function sealed(text: string): string {
  let [digits, rest] = ['', crc32(text)];
  for (; digits.length < 6; rest = Math.floor(rest / 62)) digits = BASE62.charAt(rest % 62) + digits;
  return text + digits;
}

describe('a token', () => {
  it('looks the same for ever: changing this kills every live token', () => {
    const made = formatToken('lk', 'personal', '0123456789abcdef', 'A'.repeat(SECRET_LENGTH));
    expect(made).toBe(`lk_pat_0123456789abcdef${'A'.repeat(43)}4a8rTJ`);
  });

  it('is read back into its parts, under any brand', () => {
    fc.assert(
      fc.property(brand, parts, (name, each) => {
        const secret = formatToken(name, each.kind, each.selector, each.random);
        expect(parseToken(name, secret)).toEqual({ kind: each.kind, selector: each.selector, secret });
      }),
      RUNS,
    );
  });

  it('is found whole by the scanners’ expression, wherever it stands', () => {
    const pattern = new RegExp(scannerPattern('lk'), 'g');
    const before = fc.constantFrom('', ' ', '"', '=', '%3D', '\\n', 'Bearer ', 'x', '_');
    const after = fc.constantFrom('', ' ', '"', '&', '\\n', '-', '.', '\n');
    fc.assert(
      fc.property(before, token, after, (left, secret, right) => {
        expect(`${left}${secret}${right}`.match(pattern)).toEqual([secret]);
      }),
      RUNS,
    );
  });

  it('is none any more when one character of it changes', () => {
    fc.assert(
      fc.property(token, fc.nat(), character, (secret, where, other) => {
        const at = where % secret.length;
        fc.pre(other !== secret[at]);
        expect(parseToken('lk', secret.slice(0, at) + other + secret.slice(at + 1))).toBeNull();
      }),
      RUNS,
    );
  });

  it('is none any more when two neighbours change places, or something is added or lost', () => {
    fc.assert(
      fc.property(token, fc.nat(), character, (secret, where, other) => {
        const at = where % (secret.length - 1);
        const swapped = secret.slice(0, at) + String(secret[at + 1]) + String(secret[at]) + secret.slice(at + 2);
        if (swapped !== secret) expect(parseToken('lk', swapped)).toBeNull();
        expect(parseToken('lk', secret.slice(0, at) + secret.slice(at + 1))).toBeNull();
        if (other !== '') expect(parseToken('lk', secret.slice(0, at) + other + secret.slice(at))).toBeNull();
      }),
      RUNS,
    );
  });

  it('is none under another brand, and no text is one by chance', () => {
    fc.assert(
      fc.property(token, brand, fc.string({ maxLength: 200 }), (secret, name, text) => {
        if (name !== 'lk') expect(parseToken(name, secret)).toBeNull();
        expect(parseToken('lk', text)).toBeNull();
      }),
      RUNS,
    );
  });

  it.each([
    ['with another separator', `lk_pat-${'A'.repeat(59)}`],
    ['of characters that no token has', `lk_pat_${'é'.repeat(59)}`],
    ['of another kind', `lk_tok_${'A'.repeat(59)}`],
    ['that is too short', `lk_pat_${'A'.repeat(58)}`],
    ['that is too long', `lk_pat_${'A'.repeat(60)}`],
  ])('is no text %s, even under a right checksum: anybody can compute one', (_, text) => {
    expect(parseToken('lk', sealed(`lk_pat_${'A'.repeat(59)}`))).not.toBeNull();
    expect(parseToken('lk', sealed(text))).toBeNull();
  });

  it('shows prefix and last four characters as its hint', () => {
    const secret = formatToken('lk', 'organization', '0123456789abcdef', 'B'.repeat(SECRET_LENGTH));
    expect(hintOf(secret)).toBe(`lk_org_…${secret.slice(-4)}`);
  });
});

describe('the checksum', () => {
  it('can be computed by anybody: CRC-32, six digits in base 62, most significant first', () => {
    fc.assert(
      fc.property(token, (secret) => {
        const digits = [...secret.slice(-6)].map((digit) => BASE62.indexOf(digit));
        expect(digits.reduce((value, digit) => value * 62 + digit, 0)).toBe(crc32(secret.slice(0, -6)));
      }),
    );
  });
});

describe('the public description', () => {
  const page = readFileSync(new URL('../../../docs/token-format.md', import.meta.url), 'utf8');

  it('gives the scanners’ expression of the code', () => {
    expect(page).toContain(`\n${scannerPattern('lk')}\n`);
  });

  it('gives an example that is a token', () => {
    const example = /^token +(\S+)$/m.exec(page)?.[1] ?? '';
    expect(parseToken('lk', example)).toMatchObject({ kind: 'personal', selector: '0123456789abcdef' });
  });
});
