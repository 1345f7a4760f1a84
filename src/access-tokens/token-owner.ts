/** Token kind and required permission of an owner. Pure. */
import type { Owner, OwnerNeed } from '../access-control/owner.js';
import type { TokenKind } from '../access-control/scopes.js';

export function tokenKindOf(owner: Owner): TokenKind {
  return owner.kind === 'organization' ? 'organization' : 'personal';
}

/**
 * Permission that a change of the owner's tokens needs. Personal tokens need `user:manage`, which only a session has.
 */
export function needOf(owner: Owner): OwnerNeed {
  return { owner, permission: owner.kind === 'organization' ? 'tokens:manage' : 'user:manage' };
}
