/** What each role may do in its organization, as data: the one place where a role is given a permission. */
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

/** The first permission of the role that is not among these; `undefined` when they contain all that the role holds. */
export function firstLacking(role: Role, permissions: ReadonlySet<string>): OrganizationPermission | undefined {
  return [...ROLE_GRANTS[role]].find((permission) => !permissions.has(permission));
}
