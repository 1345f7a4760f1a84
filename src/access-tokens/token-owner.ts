/**
 * Whose tokens are meant. The owner comes from the guards and never from a body, and is the first argument of every
 * method of this room and part of every WHERE: it is what keeps one tenant's tokens from another's. Pure.
 */
import { userOf, type Caller } from '../auth/principal.js';
import type { AccountAccess } from '../policy/account-access.js';
import type { OrganizationAccess } from '../policy/effective-permissions.js';
import type { OwnerNeed } from '../policy/owner.js';

export type TokenOwner =
  | { readonly kind: 'organization'; readonly organizationId: string }
  | { readonly kind: 'personal'; readonly userId: string };

export function ownerIn({ organizationId }: OrganizationAccess): TokenOwner {
  return { kind: 'organization', organizationId };
}

export function ownerOn(access: AccountAccess): TokenOwner {
  return access.kind === 'oneself' ? { kind: 'personal', userId: access.userId } : ownerIn(access.organization);
}

/** The caller's own tokens. Only a person has some. */
export function ownerOf({ principal }: Caller): TokenOwner {
  const user = userOf(principal);
  if (!user) throw new Error('an organization token owns no tokens');
  return { kind: 'personal', userId: user.id };
}

export function idOf(owner: TokenOwner): string {
  return owner.kind === 'organization' ? owner.organizationId : owner.userId;
}

/** What it takes to change the tokens of this owner: a person's own are changed from a session only. */
export function needOf(owner: TokenOwner): OwnerNeed {
  if (owner.kind === 'organization') return { owner, permission: 'tokens:manage' };
  return { owner: { kind: 'user', userId: owner.userId }, permission: 'user:manage' };
}
