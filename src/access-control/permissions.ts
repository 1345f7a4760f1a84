/**
 * The closed list of permissions, which is the closed list of scopes too: one vocabulary for what an endpoint needs and
 * for what a token was given. Pure data; docs/permissions.md is generated from it.
 */

/** Held through a role in one organization. */
export const ORGANIZATION_PERMISSIONS = [
  'organization:read',
  'organization:update',
  'organization:delete',
  'members:read',
  'members:manage',
  'tokens:read',
  'tokens:manage',
  'audit:read',
  'ledger-accounts:read',
  'ledger-accounts:manage',
  'ledger-accounts:reveal',
  'verifiers:read',
  'verifiers:manage',
] as const;

/** Held by every person over what is their own. */
export const USER_PERMISSIONS = ['user:read', 'user:manage'] as const;

/**
 * No scopes, because nobody can be without them: `token:self` is held by every token over itself and by nobody else,
 * `principal:self` by everybody who has presented a live credential, and lets them be told who they are.
 */
export const SELF_PERMISSIONS = ['token:self', 'principal:self'] as const;

export type OrganizationPermission = (typeof ORGANIZATION_PERMISSIONS)[number];
export type UserPermission = (typeof USER_PERMISSIONS)[number];
export type Permission = OrganizationPermission | UserPermission | (typeof SELF_PERMISSIONS)[number];

/** Permissions that only a person in a session can use: losing control of a token must never cost this much. */
export const SESSION_ONLY_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>([
  'organization:delete',
  'verifiers:manage',
  'user:manage',
]);
