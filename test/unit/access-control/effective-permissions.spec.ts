import { describe, expect, it } from '@jest/globals';
import { accessTo, ownPermissions } from '../../../src/access-control/effective-permissions.js';
import type {
  MembershipFacts,
  PersonalTokenPrincipal,
  Principal,
  SessionPrincipal,
} from '../../../src/access-control/principal.js';
import { ROLE_GRANTS, ROLES } from '../../../src/access-control/role-grants.js';
import { scopesOf, type Scope } from '../../../src/access-control/scopes.js';

const ORGANIZATION = '01890000-0000-7000-8000-00000000000a';
const OTHER = '01890000-0000-7000-8000-00000000000b';
const CREATED = new Date('2026-03-01T00:00:00Z');

const user = {
  id: '01890000-0000-7000-8000-000000000001',
  email: 'a@example.test',
  name: 'A',
  username: 'a-b',
  emailVerified: true,
};
const membership: MembershipFacts = {
  organizationId: ORGANIZATION,
  organizationSlug: 'acme',
  role: 'admin',
  organizationSuspended: false,
  leftAt: null,
};

function session(fields: Partial<MembershipFacts> = {}): SessionPrincipal {
  return { kind: 'session', sessionId: 's', user, memberships: [{ ...membership, ...fields }] };
}

function personal(scopes: readonly Scope[], fields: Partial<MembershipFacts> = {}): PersonalTokenPrincipal {
  const token = { id: 't', selector: 's', scopes, createdAt: CREATED, expiresAt: null };
  return { kind: 'personal-token', token, user, memberships: [{ ...membership, ...fields }] };
}

function organizational(scopes: readonly Scope[]): Principal {
  const token = { id: 't', selector: 's', scopes, createdAt: CREATED, expiresAt: null };
  return { kind: 'organization-token', token, organization: { id: ORGANIZATION, slug: 'acme', name: 'Acme' } };
}

describe('access to an organization', () => {
  it.each(ROLES)('is what the role %s grants, for a session', (role) => {
    expect(accessTo(session({ role }), ORGANIZATION)?.permissions).toEqual(ROLE_GRANTS[role]);
  });

  it.each(ROLES)('is never more than the scopes and never more than the role %s, for a personal token', (role) => {
    const permissions = accessTo(personal(scopesOf('personal'), { role }), ORGANIZATION)?.permissions ?? new Set();

    const expected = scopesOf('organization').filter((scope) => ROLE_GRANTS[role].has(scope as never));
    expect([...permissions].sort()).toEqual([...expected].sort());
  });

  it('is the scopes alone for an organization token', () => {
    expect([...(accessTo(organizational(['tokens:read']), 'acme')?.permissions ?? [])]).toEqual(['tokens:read']);
  });

  it('is nothing that only a session may have, whatever the row of an organization token says', () => {
    const forged = organizational(['organization:delete', 'tokens:read']);

    expect([...(accessTo(forged, 'acme')?.permissions ?? [])]).toEqual(['tokens:read']);
  });

  it.each(['acme', ORGANIZATION, ORGANIZATION.toUpperCase()])('finds the organization by %s', (idOrSlug) => {
    expect(accessTo(session(), idOrSlug)?.organizationId).toBe(ORGANIZATION);
  });

  it.each([OTHER, 'ACME', 'acm', '', 'undefined', '__proto__'])('does not see %j', (idOrSlug) => {
    expect(accessTo(session(), idOrSlug)).toBeNull();
    expect(accessTo(organizational(['organization:read']), idOrSlug)).toBeNull();
  });

  it('does not see a suspended organization', () => {
    expect(accessTo(session({ organizationSuspended: true }), ORGANIZATION)).toBeNull();
  });

  it.each([
    ['before', '2026-03-01T00:00:01Z', false],
    ['in the very moment in which', '2026-03-01T00:00:00Z', false],
    ['after', '2026-02-28T00:00:00Z', true],
  ])('for a personal token from %s its user left', (_, leftAt, visible) => {
    const access = accessTo(personal(['organization:read'], { leftAt: new Date(leftAt) }), ORGANIZATION);

    expect(access !== null).toBe(visible);
  });

  it('comes back for a session of somebody who left and joined again', () => {
    expect(accessTo(session({ leftAt: new Date() }), ORGANIZATION)).not.toBeNull();
  });
});

describe('own permissions', () => {
  it('let only a session manage the user', () => {
    expect(ownPermissions(session()).has('user:manage')).toBe(true);
    expect(ownPermissions(personal(['user:manage' as Scope])).has('user:manage')).toBe(false);
  });

  it('are all that is their own, for a session', () => {
    expect([...ownPermissions(session())].sort()).toEqual([
      'ledger-accounts:manage',
      'ledger-accounts:read',
      'ledger-accounts:reveal',
      'organization:read',
      'principal:self',
      'user:manage',
      'user:read',
    ]);
  });

  it('are the scopes for a personal token, and itself', () => {
    const permissions = ownPermissions(personal(['user:read', 'tokens:read']));

    expect([...permissions].sort()).toEqual(['principal:self', 'token:self', 'user:read']);
  });

  it('never reach a user for an organization token', () => {
    const permissions = ownPermissions(organizational(['organization:read', 'ledger-accounts:reveal']));

    expect([...permissions].sort()).toEqual(['organization:read', 'principal:self', 'token:self']);
  });
});
