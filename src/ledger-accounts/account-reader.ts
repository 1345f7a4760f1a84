/** Reader of ledger accounts: an owner and the caller. Both come from the guards, never from a body. Pure. */
import { can } from '../access-control/ability.js';
import { ownPermissions, type OrganizationAccess } from '../access-control/effective-permissions.js';
import { ownerIn, ownerOf, type Owner } from '../access-control/owner.js';
import type { Permission } from '../access-control/permissions.js';
import type { Caller } from '../access-control/principal.js';

export interface AccountReader {
  readonly owner: Owner;
  readonly caller: Caller;
  /** Whether responses contain private keys. */
  readonly mayReveal: boolean;
}

export function readerIn(access: OrganizationAccess, caller: Caller): AccountReader {
  return { owner: ownerIn(access), caller, mayReveal: mayReveal(access.permissions) };
}

/** Reader of the caller's own accounts, which only a person has. */
export function readerOf(caller: Caller): AccountReader {
  return { owner: ownerOf(caller), caller, mayReveal: mayReveal(ownPermissions(caller.principal)) };
}

function mayReveal(permissions: ReadonlySet<Permission>): boolean {
  return can(permissions, 'ledger-accounts:reveal');
}
