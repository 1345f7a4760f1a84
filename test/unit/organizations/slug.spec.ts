import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deriveSlug, isReservedSlug, isSlug, withRandomSuffix } from '../../../src/organizations/slug.js';

describe('deriveSlug', () => {
  it.each([
    ['Acme', 'acme'],
    ['  Acme,  Inc. ', 'acme-inc'],
    ['Ærøskøbing & Søn', 'aeroskobing-son'],
    ['Straße Łódź', 'strasse-lodz'],
    ['İstanbul', 'istanbul'],
    ['Ｆｕｌｌ Width', 'full-width'],
    ['a--b', 'a-b'],
  ])('spells %j as %s', (name, slug) => {
    expect(deriveSlug(name)).toBe(slug);
  });

  it.each(['日本', 'x', 'me', 'Users', '-', '019a8b7c-0000-7000-8000-000000000000'])(
    'adds a random suffix to what alone would be no slug: %j',
    (name) => {
      expect(deriveSlug(name)).toMatch(/-[2-9a-hjkmnp-z]{6}$/);
    },
  );

  it('makes a valid slug of every name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), (name) => isSlug(deriveSlug(name))),
    );
  });
});

describe('withRandomSuffix', () => {
  it('makes another valid slug of every slug, also of the longest', () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z0-9](-?[a-z0-9]){1,31}$/), (slug) => isSlug(withRandomSuffix(slug))));
    expect(isSlug(withRandomSuffix('a'.repeat(63)))).toBe(true);
  });
});

describe('isSlug', () => {
  it.each(['a', 'A1', '-a1', 'a1-', 'a--b', 'a_b', 'a b', 'é1', 'a'.repeat(64), 'a1\n', ''])('refuses %j', (text) => {
    expect(isSlug(text)).toBe(false);
  });

  it.each(['me', 'new', 'api', 'user', 'users', 'account', 'public-networks', '019a8b7c-0000-7000-8000-000000000000'])(
    'reserves %s',
    (text) => {
      expect([isSlug(text), isReservedSlug(text)]).toEqual([false, true]);
    },
  );
});
