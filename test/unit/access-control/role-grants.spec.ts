/** The role table of the documentation, spelled out a second time on purpose: a changed grant must be changed twice. */
import { describe, expect, it } from '@jest/globals';
import { ORGANIZATION_PERMISSIONS, type OrganizationPermission } from '../../../src/access-control/permissions.js';
import { ROLE_GRANTS, ROLES } from '../../../src/access-control/role-grants.js';

const PUBLISHED: Record<OrganizationPermission, string> = {
  'organization:read': 'owner admin member viewer',
  'organization:update': 'owner admin',
  'organization:delete': 'owner',
  'members:read': 'owner admin member viewer',
  'members:manage': 'owner admin',
  'tokens:read': 'owner admin member',
  'tokens:manage': 'owner admin',
  'audit:read': 'owner admin',
  'ledger-accounts:read': 'owner admin member viewer',
  'ledger-accounts:manage': 'owner admin member',
  'ledger-accounts:reveal': 'owner admin member',
  'verifiers:read': 'owner admin',
  'verifiers:manage': 'owner admin',
};

describe('role grants', () => {
  it.each(ORGANIZATION_PERMISSIONS)('grants %s to exactly the published roles', (permission) => {
    const holders = ROLES.filter((role) => ROLE_GRANTS[role].has(permission));

    expect(holders.join(' ')).toBe(PUBLISHED[permission]);
  });

  it('never gives a weaker role what a stronger one lacks', () => {
    const [owner, admin, member, viewer] = ROLES.map((role) => ROLE_GRANTS[role]);

    expect([viewer, member, admin].map((grants) => (grants?.size ?? 0) > 0)).toEqual([true, true, true]);
    expect(isSubset(admin, owner)).toBe(true);
    expect(isSubset(member, admin)).toBe(true);
    expect(isSubset(viewer, member)).toBe(true);
  });
});

function isSubset<T>(smaller: ReadonlySet<T> | undefined, larger: ReadonlySet<T> | undefined): boolean {
  return [...(smaller ?? [])].every((each) => larger?.has(each));
}
