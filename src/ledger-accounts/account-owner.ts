/**
 * Whose ledger accounts are meant, and who reads them. Both come from the guards and never from a body; the owner is the
 * first argument of every repository method that a request reaches, and part of every WHERE. Pure.
 */
import { userOf, type Caller } from '../auth/principal.js';
import { ownPermissions, type OrganizationAccess } from '../policy/effective-permissions.js';
import type { Permission } from '../policy/permissions.js';

export type AccountOwner =
  | { readonly kind: 'organization'; readonly organizationId: string }
  | { readonly kind: 'user'; readonly userId: string };

/** A caller at the accounts of one owner. */
export interface Reader {
  readonly owner: AccountOwner;
  readonly caller: Caller;
  /** Whether private keys are shown. */
  readonly mayReveal: boolean;
}

export function readerIn({ organizationId, permissions }: OrganizationAccess, caller: Caller): Reader {
  return { owner: { kind: 'organization', organizationId }, caller, mayReveal: mayReveal(permissions) };
}

/** The caller's own accounts. Only a person has some. */
export function readerOf(caller: Caller): Reader {
  const user = userOf(caller.principal);
  if (!user) throw new Error('an organization token acts as nobody');
  const permissions = ownPermissions(caller.principal);
  return { owner: { kind: 'user', userId: user.id }, caller, mayReveal: mayReveal(permissions) };
}

export function idOf(owner: AccountOwner): string {
  return owner.kind === 'organization' ? owner.organizationId : owner.userId;
}

function mayReveal(permissions: ReadonlySet<Permission>): boolean {
  return permissions.has('ledger-accounts:reveal');
}
