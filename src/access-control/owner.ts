/**
 * The owner of a resource: a user or an organization. The owner comes from the guards and never from a body. It is the
 * first argument of every repository method that a request reaches, and part of every WHERE. That separates tenants. A
 * write of authority locks its owner's row (authorized-transaction.service.ts). Pure.
 */
import type { AccountAccess } from './account-access.js';
import type { OrganizationAccess } from './effective-permissions.js';
import type { Permission } from './permissions.js';
import { userOf, type Caller } from './principal.js';

export type Owner =
  | { readonly kind: 'organization'; readonly organizationId: string }
  | { readonly kind: 'user'; readonly userId: string };

/** The permission that a write needs, and the owner over whose resources it needs it. */
export interface OwnerNeed {
  readonly owner: Owner;
  readonly permission: Permission;
}

export function ownerIn({ organizationId }: OrganizationAccess): Owner {
  return { kind: 'organization', organizationId };
}

export function ownerOn(access: AccountAccess): Owner {
  return access.kind === 'oneself' ? { kind: 'user', userId: access.userId } : ownerIn(access.organization);
}

/** Returns the caller as owner of their own resources. Throws for an organization token, which has no user. */
export function ownerOf({ principal }: Caller): Owner {
  const user = userOf(principal);
  if (!user) throw new Error('an organization token owns nothing');
  return { kind: 'user', userId: user.id };
}

export function ownerId(owner: Owner): string {
  return owner.kind === 'organization' ? owner.organizationId : owner.userId;
}

/** Returns the two columns by which a row names its owner; one of them is null. */
export function ownerColumns(owner: Owner): { organizationId: string | null; userId: string | null } {
  return owner.kind === 'organization'
    ? { organizationId: owner.organizationId, userId: null }
    : { organizationId: null, userId: owner.userId };
}

/** Returns the SQL condition on a table's rows; `$1` is the owner's id in every statement. */
export function ownedBy(owner: Owner, alias: string): string {
  return owner.kind === 'organization' ? `${alias}.organization_id = $1` : `${alias}.user_id = $1`;
}
