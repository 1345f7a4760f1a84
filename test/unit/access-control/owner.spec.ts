import { describe, expect, it } from '@jest/globals';
import { ownedBy, ownerColumns, ownerId, ownerIn, ownerOf, ownerOn } from '../../../src/access-control/owner.js';
import type { Caller, Principal } from '../../../src/access-control/principal.js';
import { needOf, tokenKindOf } from '../../../src/access-tokens/token-owner.js';

const token = { id: 't1', selector: 's1', scopes: [], createdAt: new Date(), expiresAt: null };
const user = { id: 'u1', email: 'a@b.test', name: 'A', username: 'a-b', emailVerified: true };
const access = { organizationId: 'o1', organizationSlug: 'acme', role: null, permissions: new Set<never>() };

function calling(principal: Principal): Caller {
  return { ip: '127.0.0.1', userAgent: null, requestId: 'r1', route: 'GET /', principal };
}

describe('the owner', () => {
  it('is the organization that the guards found', () => {
    const owner = ownerIn(access);
    expect(owner).toEqual({ kind: 'organization', organizationId: 'o1' });
    expect(ownerId(owner)).toBe('o1');
    expect(ownerColumns(owner)).toEqual({ organizationId: 'o1', userId: null });
    expect(ownedBy(owner, 't')).toBe('t.organization_id = $1');
  });

  it('is, of an account, the person or the organization that it is', () => {
    const permissions = access.permissions;
    expect(ownerOn({ kind: 'oneself', userId: 'u1', permissions })).toEqual({ kind: 'user', userId: 'u1' });
    expect(ownerOn({ kind: 'organization', organization: access, permissions })).toEqual(ownerIn(access));
  });

  it.each<Principal>([
    { kind: 'session', sessionId: 'n1', user, memberships: [] },
    { kind: 'personal-token', token, user, memberships: [] },
  ])('is the person behind a $kind', (principal) => {
    const owner = ownerOf(calling(principal));
    expect(owner).toEqual({ kind: 'user', userId: 'u1' });
    expect(ownerId(owner)).toBe('u1');
    expect(ownerColumns(owner)).toEqual({ organizationId: null, userId: 'u1' });
    expect(ownedBy(owner, 'a')).toBe('a.user_id = $1');
  });

  it('is never an organization token', () => {
    const principal = {
      kind: 'organization-token',
      token,
      organization: { id: 'o1', slug: 'acme', name: '' },
    } as const;
    expect(() => ownerOf(calling(principal))).toThrow('owns nothing');
  });

  it.each([
    [ownerIn(access), 'organization', 'tokens:manage'],
    [{ kind: 'user', userId: 'u1' } as const, 'personal', 'user:manage'],
  ] as const)('of %j has tokens of the kind %s, which need %s', (owner, kind, permission) => {
    expect(tokenKindOf(owner)).toBe(kind);
    expect(needOf(owner)).toEqual({ owner, permission });
  });
});
