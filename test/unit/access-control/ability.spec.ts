import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { abilityFor, allows } from '../../../src/access-control/ability.js';
import {
  ORGANIZATION_PERMISSIONS,
  USER_PERMISSIONS,
  type Permission,
} from '../../../src/access-control/permissions.js';

const ALL: readonly Permission[] = [...ORGANIZATION_PERMISSIONS, ...USER_PERMISSIONS, 'token:self'];

/** One of the many sets of permissions, by its number. */
function choice(number: number): ReadonlySet<Permission> {
  return new Set(ALL.filter((_, bit) => (number >> bit) % 2 === 1));
}

describe('ability', () => {
  it('allows exactly the permissions it was built from', () => {
    fc.assert(
      fc.property(fc.subarray([...ALL]), (held) => {
        const ability = abilityFor(new Set(held));

        expect(ALL.filter((permission) => allows(ability, permission))).toEqual(held);
      }),
    );
  });

  it('allows nothing without permissions', () => {
    expect(ALL.some((permission) => allows(abilityFor(new Set()), permission))).toBe(false);
  });

  it.each([
    ['manage', 'all'],
    ['read', 'all'],
    ['read', ''],
    ['', 'tokens'],
    ['read', 'Token'],
  ])('does not let CASL widen anything to %s %s', (action, subject) => {
    expect(abilityFor(new Set(ALL)).can(action, subject)).toBe(false);
  });

  it('denies for a subject that is an object, null or unknown', () => {
    const ability = abilityFor(new Set<Permission>(['tokens:read']));

    expect(ability.can('read', { tokens: true } as unknown as string)).toBe(false);
    expect(ability.can('read', undefined as unknown as string)).toBe(false);
  });

  it('answers the same for the same permissions in another order', () => {
    const one = abilityFor(new Set<Permission>(['tokens:read', 'members:read']));

    expect(abilityFor(new Set<Permission>(['members:read', 'tokens:read']))).toBe(one);
  });

  it('takes one mistyped permission for what it is, and not for the two that it spells', () => {
    expect(allows(abilityFor(new Set<Permission>(['members:read', 'tokens:read'])), 'members:read')).toBe(true);
    const mistyped = new Set(['members:read tokens:read']) as unknown as Set<Permission>;

    expect(ALL.some((permission) => allows(abilityFor(mistyped), permission))).toBe(false);
  });

  it('is made once for a set of permissions, and forgotten before callers’ choices fill the memory', () => {
    const ability = abilityFor(choice(0));
    for (let other = 1; other < 1_000; other += 1) abilityFor(choice(other));
    expect(abilityFor(choice(0))).toBe(ability);

    for (let other = 1; other <= 10_000; other += 1) abilityFor(choice(other));
    expect(abilityFor(choice(0))).not.toBe(ability);
  });
});
