/** The permissions of each role in its organization, as data: the only file that grants a role a permission. */
import { ORGANIZATION_PERMISSIONS, type OrganizationPermission } from './permissions.js';

/** Strongest first. */
export const ROLES = ['owner', 'admin', 'member', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_GRANTS: Readonly<Record<Role, ReadonlySet<OrganizationPermission>>> = {
  owner: new Set(ORGANIZATION_PERMISSIONS),
  admin: new Set(ORGANIZATION_PERMISSIONS.filter((permission) => permission !== 'organization:delete')),
  member: new Set<OrganizationPermission>([
    'organization:read',
    'members:read',
    'tokens:read',
    'ledger-accounts:read',
    'ledger-accounts:manage',
    'ledger-accounts:reveal',
  ]),
  viewer: new Set<OrganizationPermission>(['organization:read', 'members:read', 'ledger-accounts:read']),
};

/** Returns the first permission of the role missing in `permissions`; `undefined` when none is. */
export function firstLacking(role: Role, permissions: ReadonlySet<string>): OrganizationPermission | undefined {
  return [...ROLE_GRANTS[role]].find((permission) => !permissions.has(permission));
}
