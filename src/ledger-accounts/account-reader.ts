/** A caller at the ledger accounts of one owner; both come from the guards and never from a body. Pure. */
import { can } from '../access-control/ability.js';
import type { Caller } from '../access-control/principal.js';
import { ownPermissions, type OrganizationAccess } from '../access-control/effective-permissions.js';
import { ownerIn, ownerOf, type Owner } from '../access-control/owner.js';
import type { Permission } from '../access-control/permissions.js';

export interface AccountReader {
  readonly owner: Owner;
  readonly caller: Caller;
  /** Whether private keys are shown. */
  readonly mayReveal: boolean;
}

export function readerIn(access: OrganizationAccess, caller: Caller): AccountReader {
  return { owner: ownerIn(access), caller, mayReveal: mayReveal(access.permissions) };
}

/** The caller's own accounts. Only a person has some. */
export function readerOf(caller: Caller): AccountReader {
  return { owner: ownerOf(caller), caller, mayReveal: mayReveal(ownPermissions(caller.principal)) };
}

function mayReveal(permissions: ReadonlySet<Permission>): boolean {
  return can(permissions, 'ledger-accounts:reveal');
}
