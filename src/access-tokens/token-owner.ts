/** What an owner means for tokens: their kind, and the permission that a change of them needs. Pure. */
import type { Owner, OwnerNeed } from '../access-control/owner.js';
import type { TokenKind } from '../access-control/scopes.js';

export function tokenKindOf(owner: Owner): TokenKind {
  return owner.kind === 'organization' ? 'organization' : 'personal';
}

/** What it takes to change the tokens of this owner: a person's own are changed from a session only. */
export function needOf(owner: Owner): OwnerNeed {
  return { owner, permission: owner.kind === 'organization' ? 'tokens:manage' : 'user:manage' };
}
