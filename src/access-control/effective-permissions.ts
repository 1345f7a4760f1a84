/**
 * The permissions of a principal now: role grants ∩ token scopes. Pure; computed on each request from facts, so that a
 * lowered role or a narrowed scope applies at once.
 */
import type { Permission } from './permissions.js';
import { SELF_PERMISSIONS, USER_PERMISSIONS } from './permissions.js';
import type { MembershipFacts, Principal } from './principal.js';
import { ROLE_GRANTS, type Role } from './role-grants.js';
import { OWN_SCOPES } from './scopes.js';
import { SESSION_ONLY_PERMISSIONS } from './session-only-permissions.js';

/** A principal's access to one organization that it can see. */
export interface OrganizationAccess {
  readonly organizationId: string;
  readonly organizationSlug: string;
  /** `null` for an organization token: it has scopes and no role. */
  readonly role: Role | null;
  readonly permissions: ReadonlySet<Permission>;
}

const OWN_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>([
  ...USER_PERMISSIONS,
  ...OWN_SCOPES,
  'organization:read',
  'principal:self',
]);

/** Returns the permissions outside any one organization: over the user's own resources, and to list organizations. */
export function ownPermissions(principal: Principal): ReadonlySet<Permission> {
  if (principal.kind === 'session') return OWN_PERMISSIONS;
  const held = principal.kind === 'personal-token' ? OWN_PERMISSIONS : new Set<Permission>(['organization:read']);
  return new Set<Permission>([...SELF_PERMISSIONS, ...carried(principal.token.scopes, held)]);
}

/**
 * Returns the access to the organization with this id or slug. `null` when the principal cannot see it: not a member,
 * another token's organization, suspended, or deleted.
 */
export function accessTo(principal: Principal, idOrSlug: string): OrganizationAccess | null {
  if (principal.kind === 'organization-token') {
    const { id, slug } = principal.organization;
    if (!names(idOrSlug, id, slug)) return null;
    const permissions = new Set(principal.token.scopes.filter((scope) => !SESSION_ONLY_PERMISSIONS.has(scope)));
    return { organizationId: id, organizationSlug: slug, role: null, permissions };
  }
  const membership = visibleMemberships(principal).find((each) =>
    names(idOrSlug, each.organizationId, each.organizationSlug),
  );
  if (!membership) return null;
  return {
    organizationId: membership.organizationId,
    organizationSlug: membership.organizationSlug,
    role: membership.role,
    permissions: permissionsThrough(principal, membership),
  };
}

/** Returns the memberships that count for this principal now; see `MembershipFacts.leftAt` for the excluded ones. */
export function visibleMemberships(principal: Exclude<Principal, { kind: 'organization-token' }>): MembershipFacts[] {
  return principal.memberships.filter((membership) => {
    if (membership.organizationSuspended) return false;
    if (principal.kind === 'session' || membership.leftAt === null) return true;
    return principal.token.createdAt > membership.leftAt;
  });
}

function permissionsThrough(
  principal: Exclude<Principal, { kind: 'organization-token' }>,
  membership: MembershipFacts,
): ReadonlySet<Permission> {
  const granted = ROLE_GRANTS[membership.role];
  return principal.kind === 'session' ? granted : carried(principal.token.scopes, granted);
}

function carried(scopes: readonly Permission[], held: ReadonlySet<Permission>): Set<Permission> {
  return new Set(scopes.filter((scope) => held.has(scope) && !SESSION_ONLY_PERMISSIONS.has(scope)));
}

function names(idOrSlug: string, id: string, slug: string): boolean {
  return idOrSlug === slug || idOrSlug.toLowerCase() === id;
}
