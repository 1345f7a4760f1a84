/**
 * Scopes: the permissions that a token may be given, by kind of token. A scope is no decision; a token's permissions
 * are computed on each request in effective-permissions.ts.
 */
import { ORGANIZATION_PERMISSIONS, type OrganizationPermission, type Permission } from './permissions.js';
import { SESSION_ONLY_PERMISSIONS } from './session-only-permissions.js';

export type TokenKind = 'personal' | 'organization';

/** A permission that some kind of token may have. */
export type Scope = OrganizationPermission | 'user:read';

const forOrganizations: readonly Scope[] = ORGANIZATION_PERMISSIONS.filter(
  (permission) => !SESSION_ONLY_PERMISSIONS.has(permission),
);

const SCOPES: Readonly<Record<TokenKind, ReadonlySet<string>>> = {
  organization: new Set(forOrganizations),
  personal: new Set<Scope>([...forOrganizations, 'user:read']),
};

/** Returns every scope that a token of this kind may have, in the order of the documentation. */
export function scopesOf(kind: TokenKind): Scope[] {
  return [...SCOPES[kind]].filter((scope) => isScope(kind, scope));
}

export function isScope(kind: TokenKind, candidate: string): candidate is Scope {
  return SCOPES[kind].has(candidate);
}

/** Scopes over a user's own resources, without any organization; every user has them. */
export const OWN_SCOPES: ReadonlySet<Permission> = new Set<Permission>([
  'user:read',
  'ledger-accounts:read',
  'ledger-accounts:manage',
  'ledger-accounts:reveal',
]);
