import { describe, expect, it } from '@jest/globals';
import type { Caller, Principal } from '../../../src/auth/principal.js';
import { idOf, ownerIn, ownerOf, ownerOn } from '../../../src/access-tokens/token-owner.js';

const token = { id: 't1', selector: 's1', scopes: [], createdAt: new Date(), expiresAt: null };
const user = { id: 'u1', email: 'a@b.test', name: 'A', username: 'a-b', emailVerified: true };
const access = { organizationId: 'o1', organizationSlug: 'acme', role: null, permissions: new Set<never>() };

function calling(principal: Principal): Caller {
  return { ip: '127.0.0.1', userAgent: null, requestId: 'r1', route: 'GET /', principal };
}

describe('the owner of tokens', () => {
  it('is the organization that the guards found', () => {
    expect(ownerIn(access)).toEqual({ kind: 'organization', organizationId: 'o1' });
    expect(idOf(ownerIn(access))).toBe('o1');
  });

  it('is, of an account, the person or the organization that it is', () => {
    const permissions = access.permissions;
    expect(ownerOn({ kind: 'oneself', userId: 'u1', permissions })).toEqual({ kind: 'personal', userId: 'u1' });
    expect(ownerOn({ kind: 'organization', organization: access, permissions })).toEqual({
      kind: 'organization',
      organizationId: 'o1',
    });
  });

  it.each<Principal>([
    { kind: 'session', sessionId: 'n1', user, memberships: [] },
    { kind: 'personal-token', token, user, memberships: [] },
  ])('is the person behind a $kind', (principal) => {
    const owner = ownerOf(calling(principal));

    expect(owner).toEqual({ kind: 'personal', userId: 'u1' });
    expect(idOf(owner)).toBe('u1');
  });

  it('is never an organization token', () => {
    const principal = {
      kind: 'organization-token',
      token,
      organization: { id: 'o1', slug: 'acme', name: '' },
    } as const;

    expect(() => ownerOf(calling(principal))).toThrow('owns no tokens');
  });
});
