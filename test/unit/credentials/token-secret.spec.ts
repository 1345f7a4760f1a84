import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHmac, randomBytes } from 'node:crypto';
import { BASE62, parseToken, scannerPattern } from '../../../src/credentials/token-format.js';
import type * as TokenSecret from '../../../src/credentials/token-secret.js';

const KEY = { version: 'v1', key: randomBytes(32) };
const OTHER = { version: 'v2', key: randomBytes(32) };

const crypto = await import('node:crypto');
const compare = jest.fn<(a: Buffer, b: Buffer) => boolean>(crypto.timingSafeEqual);
// A spy on the comparison, not a stand-in: ES modules cannot be watched in another way, nor once they are loaded.
jest.unstable_mockModule('node:crypto', () => ({ ...crypto, timingSafeEqual: compare }));
const tokens = await import('../../../src/credentials/token-secret.js');

describe('a secret', () => {
  let many: TokenSecret.NewSecret[];
  beforeAll(() => {
    many = Array.from({ length: 10_000 }, (_, index) =>
      tokens.generateSecret('lk', index % 2 ? 'personal' : 'organization', KEY),
    );
  });

  it('parses, matches the scanners’ expression and is like no other: 10,000 of them', () => {
    const pattern = new RegExp(`^${scannerPattern('lk')}$`);
    for (const { secret, selector } of many) {
      expect(secret).toMatch(pattern);
      expect(parseToken('lk', secret)).toMatchObject({ selector, secret });
    }
    expect(new Set(many.map(({ selector }) => selector)).size).toBe(many.length);
    expect(new Set(many.map(({ secret }) => secret.slice(23, -6))).size).toBe(many.length);
  });

  it('draws every character equally often', () => {
    const counts = new Map(Array.from(BASE62, (character) => [character, 0]));
    for (const { secret } of many) {
      for (const character of secret.slice(7, -6)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    const expected = (many.length * 59) / 62;
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 61 degrees of freedom: a fair source exceeds this once in about ten million runs, a wrapped byte always.
    expect(chiSquared).toBeLessThan(145);
  });

  it('is kept as the HMAC-SHA-256 of the whole text under the newest key', () => {
    const { secret, hash, hashKeyVersion } = tokens.generateSecret('lk', 'personal', KEY);
    expect(hash).toEqual(createHmac('sha256', KEY.key).update(secret).digest());
    expect(hashKeyVersion).toBe('v1');
  });

  it('matches its own hash under its own key, and nothing else', () => {
    const [first, second] = many;
    expect(tokens.matchesHash(String(first?.secret), first?.hash ?? null, KEY)).toBe(true);
    expect(tokens.matchesHash(String(first?.secret), first?.hash ?? null, OTHER)).toBe(false);
    expect(tokens.matchesHash(String(first?.secret), second?.hash ?? null, KEY)).toBe(false);
    expect(tokens.matchesHash('', first?.hash ?? null, KEY)).toBe(false);
  });

  it.each([
    ['nothing', null],
    ['an empty hash', Buffer.alloc(0)],
    ['a short hash', Buffer.alloc(31)],
    ['a long hash', Buffer.alloc(33)],
    ['zeros', Buffer.alloc(32)],
  ])('matches no tampered column: %s', (_, stored) => {
    for (const secret of ['', 'undefined', String(many[0]?.secret)]) {
      expect(tokens.matchesHash(secret, stored, KEY)).toBe(false);
    }
  });

  it('does not match the beginning of its hash', () => {
    const [first] = many;
    for (const length of [0, 1, 16, 31]) {
      expect(tokens.matchesHash(String(first?.secret), first?.hash.subarray(0, length) ?? null, KEY)).toBe(false);
    }
  });

  it('is compared in constant time', () => {
    const [first] = many;
    compare.mockClear();
    tokens.matchesHash(String(first?.secret), randomBytes(32), KEY);
    expect(compare).toHaveBeenCalledTimes(1);
    expect(compare.mock.calls[0]?.map((side) => side.length)).toEqual([32, 32]);
  });
});

describe('a key’s check value', () => {
  it('tells keys apart and is no token’s hash', () => {
    const { hashSecret, keyCheckValue } = tokens;
    expect(keyCheckValue(KEY)).toEqual(keyCheckValue({ ...KEY, version: 'v9' }));
    expect(keyCheckValue(KEY)).not.toEqual(keyCheckValue(OTHER));
    expect(keyCheckValue(KEY)).not.toEqual(hashSecret('', KEY));
  });
});
