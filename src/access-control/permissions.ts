/**
 * The closed list of permissions, which is also the closed list of scopes: one vocabulary for an endpoint's requirement
 * and a token's grant. Pure data; docs/permissions.md is generated from it.
 */

/** Permissions that a role grants in one organization. */
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

/** Permissions of every user over their own resources. */
export const USER_PERMISSIONS = ['user:read', 'user:manage'] as const;

/**
 * Permissions that are no scopes, because every credential has them. Every token has `token:self` over itself, and no
 * other credential has it. Every live credential has `principal:self`, to read its own principal.
 */
export const SELF_PERMISSIONS = ['token:self', 'principal:self'] as const;

export type OrganizationPermission = (typeof ORGANIZATION_PERMISSIONS)[number];
export type UserPermission = (typeof USER_PERMISSIONS)[number];
export type Permission = OrganizationPermission | UserPermission | (typeof SELF_PERMISSIONS)[number];
