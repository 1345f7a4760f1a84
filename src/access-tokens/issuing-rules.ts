/** Who may give what to a token. No I/O: the facts it judges must be true under the owner's lock (auth/authorization/authorized-transaction.service.ts). */
import { can } from '../access-control/ability.js';
import type { Caller, Principal } from '../access-control/principal.js';
import { AppError, invalidField, notFound, type FieldFault } from '../platform/errors/app-error.js';
import { accessTo, ownPermissions, visibleMemberships } from '../access-control/effective-permissions.js';
import type { Permission } from '../access-control/permissions.js';
import { lacking, ScopeNotGrantable } from '../access-control/refused-permissions.js';
import { ROLE_GRANTS } from '../access-control/role-grants.js';
import { isScope, scopesOf, type Scope, type TokenKind } from '../access-control/scopes.js';
import { parseInstant } from '../platform/validation/instant.js';
import type { Owner } from '../access-control/owner.js';
import { needOf } from './token-owner.js';

/** What a caller may give to the tokens of one owner, as it is under the owner's lock. */
export interface Grant {
  readonly owner: Owner;
  readonly caller: Caller;
  readonly grantable: ReadonlySet<Permission>;
}

/**
 * What issuing needs. Quotas and bulk revocations take the same lock of the owner: a token that is issued while its issuer
 * is demoted, or while all tokens are revoked, would outlive both (tested by test/guarantees/races/issuing-races.spec.ts).
 */
export function issuingNeed(owner: Owner) {
  return { ...needOf(owner), dependsOnAllRoles: true };
}

export function grantOf(owner: Owner, caller: Caller): Grant {
  return { owner, caller, grantable: grantableBy(caller.principal, owner) };
}

/** Throws `validation_failed`, naming each scope that tokens of this kind cannot carry or that stands there twice. */
export function scopesFrom(kind: TokenKind, requested: readonly string[]): Scope[] {
  const scopes: Scope[] = [];
  const faults: FieldFault[] = [];
  for (const [index, candidate] of requested.entries()) {
    const field = `scopes[${index}]`;
    if (!isScope(kind, candidate)) faults.push({ field, message: 'is not a scope of this kind of token' });
    else if (scopes.includes(candidate)) faults.push({ field, message: 'is a duplicate' });
    else scopes.push(candidate);
  }
  if (faults.length > 0) {
    throw new AppError('validation_failed', { detail: 'One or more fields are not valid.', errors: faults });
  }
  return scopes;
}

/** `null` means never, and nothing else does: what cannot be read as an instant throws `validation_failed`. */
export function expiryFrom(requested: string | null): Date | null {
  if (requested === null) return null;
  const instant = parseInstant(requested);
  if (!instant) throw invalidField('expiresAt', 'must be an RFC 3339 instant');
  return instant;
}

/** What the principal may give to a token of this owner. Throws as the policy guard would when it may issue none. */
export function grantableBy(principal: Principal, owner: Owner): ReadonlySet<Permission> {
  if (owner.kind === 'organization') {
    const access = accessTo(principal, owner.organizationId);
    if (!access) throw notFound();
    if (!can(access.permissions, 'tokens:manage')) throw lacking('tokens:manage', principal);
    return access.permissions;
  }
  if (principal.kind !== 'session') throw lacking('user:manage', principal);
  const throughRoles = visibleMemberships(principal).flatMap(({ role }) => [...ROLE_GRANTS[role]]);
  return new Set([...ownPermissions(principal), ...throughRoles]);
}

/** Every scope that a token of this kind may carry and that may be granted, in the order of the documentation. */
export function everyGrantable(kind: TokenKind, grantable: ReadonlySet<Permission>): Scope[] {
  return scopesOf(kind).filter((scope) => grantable.has(scope));
}

export function ensureGrantable(scopes: readonly Scope[], grantable: ReadonlySet<Permission>): void {
  scopes.forEach((scope, index) => {
    if (!grantable.has(scope)) throw new ScopeNotGrantable(scope, `scopes[${index}]`);
  });
}

/** The latest end of what the principal issues; `null` when it may have none. */
export function lastExpiry(principal: Principal): Date | null {
  return principal.kind === 'session' ? null : principal.token.expiresAt;
}

/** What a token issues dies with it at the latest: a leaked token must not be able to outlive itself. */
export function ensureExpiresWithin(principal: Principal, expiresAt: Date | null): void {
  const limit = lastExpiry(principal);
  if (limit === null || (expiresAt !== null && expiresAt <= limit)) return;
  throw invalidField('expiresAt', 'must not be later than the expiry of the token that you present');
}
