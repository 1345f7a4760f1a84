/**
 * Rules for issuing tokens: scopes and expiry that a caller may give. No I/O. The caller holds the owner's lock, so
 * that the facts stay true (auth/authorization/authorized-transaction.service.ts).
 */
import { can } from '../access-control/ability.js';
import { accessTo, ownPermissions, visibleMemberships } from '../access-control/effective-permissions.js';
import type { Owner } from '../access-control/owner.js';
import type { Permission } from '../access-control/permissions.js';
import type { Caller, Principal } from '../access-control/principal.js';
import { lacking, ScopeNotGrantable } from '../access-control/refused-permissions.js';
import { ROLE_GRANTS } from '../access-control/role-grants.js';
import { isScope, scopesOf, type Scope, type TokenKind } from '../access-control/scopes.js';
import { AppError, invalidField, notFound, type FieldFault } from '../platform/errors/app-error.js';
import { parseInstant } from '../platform/validation/instant.js';
import { needOf } from './token-owner.js';

/** Authority of a caller over the tokens of one owner, read under the owner's lock. */
export interface Grant {
  readonly owner: Owner;
  readonly caller: Caller;
  readonly grantable: ReadonlySet<Permission>;
}

/**
 * Lock and permission that issuing needs. Quotas and bulk revocations take the same lock. Otherwise a token issued
 * during the issuer's demotion, or during a revocation of all tokens, would outlive both (tested by
 * test/guarantees/races/issuing-races.spec.ts).
 */
export function issuingNeed(owner: Owner) {
  return { ...needOf(owner), dependsOnAllRoles: true };
}

export function grantOf(owner: Owner, caller: Caller): Grant {
  return { owner, caller, grantable: grantableBy(caller.principal, owner) };
}

/**
 * Parses scopes. Throws `validation_failed`, naming each scope that is repeated or that tokens of this kind cannot
 * carry.
 */
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

/** Parses an expiry; `null` means never. Throws `validation_failed` for a text that is not an instant. */
export function expiryFrom(requested: string | null): Date | null {
  if (requested === null) return null;
  const instant = parseInstant(requested);
  if (!instant) throw invalidField('expiresAt', 'must be an RFC 3339 instant');
  return instant;
}

/**
 * Permissions that the principal may give to a token of this owner. Throws the policy guard's error when the principal
 * may issue none.
 */
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

/** Every scope that a token of this kind may carry and the caller may grant, in the order of the documentation. */
export function everyGrantable(kind: TokenKind, grantable: ReadonlySet<Permission>): Scope[] {
  return scopesOf(kind).filter((scope) => grantable.has(scope));
}

export function ensureGrantable(scopes: readonly Scope[], grantable: ReadonlySet<Permission>): void {
  scopes.forEach((scope, index) => {
    if (!grantable.has(scope)) throw new ScopeNotGrantable(scope, `scopes[${index}]`);
  });
}

/** Latest expiry that the principal may give; `null` when there is no limit. */
export function latestExpiry(principal: Principal): Date | null {
  return principal.kind === 'session' ? null : principal.token.expiresAt;
}

/**
 * Throws unless the new token expires no later than the token that issues it: a leaked token must not outlive itself.
 */
export function ensureExpiresWithin(principal: Principal, expiresAt: Date | null): void {
  const limit = latestExpiry(principal);
  if (limit === null || (expiresAt !== null && expiresAt <= limit)) return;
  throw invalidField('expiresAt', 'must not be later than the expiry of the token that you present');
}
