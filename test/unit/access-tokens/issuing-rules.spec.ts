import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ORGANIZATION_PERMISSIONS,
  SELF_PERMISSIONS,
  USER_PERMISSIONS,
  type OrganizationPermission,
} from '../../../src/access-control/permissions.js';
import { SESSION_ONLY_PERMISSIONS } from '../../../src/access-control/session-only-permissions.js';
import type { Principal, SessionPrincipal } from '../../../src/access-control/principal.js';
import { ROLE_GRANTS, type Role } from '../../../src/access-control/role-grants.js';
import { scopesOf, type Scope } from '../../../src/access-control/scopes.js';
import {
  ensureExpiresWithin,
  ensureGrantable,
  everyGrantable,
  expiryFrom,
  grantableBy,
  latestExpiry,
  scopesFrom,
} from '../../../src/access-tokens/issuing-rules.js';

const ORGANIZATION = '0193d7a4-7a5b-7000-8000-000000000001';
const PERMISSIONS = [...ORGANIZATION_PERMISSIONS, ...USER_PERMISSIONS, ...SELF_PERMISSIONS];
const owner = { kind: 'organization', organizationId: ORGANIZATION } as const;
const user = {
  id: '0193d7a4-7a5b-7000-8000-000000000002',
  email: 'a@b.test',
  name: 'A',
  username: 'a-b',
  emailVerified: true,
};
const own = { kind: 'user', userId: user.id } as const;

function session(role: Role, facts: { suspended?: boolean } = {}): SessionPrincipal {
  const organizationSuspended = facts.suspended ?? false;
  const membership = {
    organizationId: ORGANIZATION,
    organizationSlug: 'acme',
    role,
    organizationSuspended,
    leftAt: null,
  };
  return { kind: 'session', sessionId: ORGANIZATION, user, memberships: [membership] };
}

function organizationToken(scopes: readonly Scope[], expiresAt: Date | null = null): Principal {
  const token = { id: ORGANIZATION, selector: 'x', scopes, createdAt: new Date(0), expiresAt };
  return { kind: 'organization-token', token, organization: { id: ORGANIZATION, slug: 'acme', name: 'Acme' } };
}

const code = (run: () => unknown): string => {
  try {
    run();
    return 'passes';
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
};

describe('what may be granted', () => {
  const scope = fc.constantFrom(...scopesOf('organization'));
  const scopes = fc.uniqueArray(scope, { minLength: 1 });

  it('is never more than a token holds itself, and never anything that is for sessions only', () => {
    fc.assert(
      fc.property(scopes, scopes, (held, wanted) => {
        const issuer = organizationToken([...new Set<Scope>([...held, 'tokens:manage'])]);
        const grantable = grantableBy(issuer, owner);
        const exceeds = wanted.some((each) => each !== 'tokens:manage' && !held.includes(each));
        expect(code(() => ensureGrantable(wanted, grantable))).toBe(exceeds ? 'scope_not_grantable' : 'passes');
        expect([...grantable].some((each) => SESSION_ONLY_PERMISSIONS.has(each))).toBe(false);
      }),
    );
  });

  it.each([
    ['owner', scopesOf('organization')],
    ['admin', scopesOf('organization')],
  ] as const)('by an %s in a session is every scope of their role, and nothing beyond the role', (role, scopes) => {
    const grantable = grantableBy(session(role), owner);
    expect(everyGrantable('organization', grantable)).toEqual(scopes);
    const beyond = [...PERMISSIONS].filter(
      (permission) => !ROLE_GRANTS[role].has(permission as OrganizationPermission),
    );
    expect(beyond).toContain('user:manage');
    for (const permission of beyond) {
      expect({ permission, verdict: code(() => ensureGrantable([permission as Scope], grantable)) }).toEqual({
        permission,
        verdict: 'scope_not_grantable',
      });
    }
  });

  it.each([
    ['member', 'forbidden'],
    ['viewer', 'forbidden'],
  ] as const)('by a %s is nothing in the organization', (role, expected) => {
    expect(code(() => grantableBy(session(role), owner))).toBe(expected);
  });

  it('by a token without tokens:manage is nothing, and by a foreigner nothing that can be seen', () => {
    expect(code(() => grantableBy(organizationToken(['tokens:read']), owner))).toBe('insufficient_scope');
    const elsewhere = { kind: 'organization', organizationId: user.id } as const;
    expect(code(() => grantableBy(session('owner'), elsewhere))).toBe('not_found');
    expect(code(() => grantableBy(session('owner', { suspended: true }), owner))).toBe('not_found');
  });

  it('in full is all of it that a token of this kind may carry, and never nothing', () => {
    fc.assert(
      fc.property(scopes, (held) => {
        const issuer = organizationToken([...new Set<Scope>([...held, 'tokens:manage'])]);
        const full = everyGrantable('organization', grantableBy(issuer, owner));
        expect(new Set(full)).toEqual(new Set([...held, 'tokens:manage']));
        expect(code(() => ensureGrantable(full, grantableBy(issuer, owner)))).toBe('passes');
      }),
    );
    expect(everyGrantable('personal', grantableBy(session('owner'), own))).toEqual(scopesOf('personal'));
    expect(everyGrantable('organization', grantableBy(session('owner'), own))).not.toContain('user:read');
  });

  it('to a personal token is what its user holds anywhere, and nothing by a token', () => {
    expect(grantableBy(session('member'), own).has('tokens:read')).toBe(true);
    expect(grantableBy(session('member'), own).has('tokens:manage')).toBe(false);
    expect(grantableBy(session('owner', { suspended: true }), own).has('tokens:manage')).toBe(false);
    expect(code(() => grantableBy(organizationToken(['tokens:manage']), own))).toBe('insufficient_scope');
  });
});

describe('requested scopes', () => {
  it('are taken in their order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...scopesOf('personal')), { minLength: 1 }), (scopes) => {
        expect(scopesFrom('personal', scopes)).toEqual(scopes);
      }),
    );
  });

  it('are refused with every fault at once', () => {
    const requested = ['tokens:read', 'x', 'tokens:read', 'user:read', '__proto__', 'user:manage'];
    const faults = ['scopes[1]', 'scopes[2]', 'scopes[3]', 'scopes[4]', 'scopes[5]'];
    expect(() => scopesFrom('organization', requested)).toThrow(
      expect.objectContaining({
        options: expect.objectContaining({ errors: faults.map((field) => ({ field, message: expect.any(String) })) }),
      }),
    );
  });
});

describe('the expiry', () => {
  it('is never when null says so, and never for what cannot be read', () => {
    expect(expiryFrom(null)).toBeNull();
    for (const text of ['', 'null', 'never', '2999', '2999-02-30T00:00:00Z']) {
      expect(code(() => expiryFrom(text))).toBe('validation_failed');
    }
  });

  it('never lies behind the one of the issuing token', () => {
    const parent = fc.option(fc.date({ noInvalidDate: true }));
    const child = fc.option(fc.date({ noInvalidDate: true }));
    fc.assert(
      fc.property(parent, child, (limit, expiresAt) => {
        const outlives = limit !== null && (expiresAt === null || expiresAt > limit);
        const verdict = code(() => ensureExpiresWithin(organizationToken(['tokens:manage'], limit), expiresAt));
        expect(verdict).toBe(outlives ? 'validation_failed' : 'passes');
      }),
    );
  });

  it('that is latest is the one of the issuing token, and none in a session', () => {
    const limit = new Date();
    expect(latestExpiry(organizationToken(['tokens:manage'], limit))).toEqual(limit);
    expect(latestExpiry(organizationToken(['tokens:manage']))).toBeNull();
    expect(latestExpiry(session('owner'))).toBeNull();
  });

  it('is free in a session', () => {
    expect(code(() => ensureExpiresWithin(session('owner'), null))).toBe('passes');
  });
});
