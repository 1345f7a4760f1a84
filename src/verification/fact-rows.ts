/** From rows, as `pg` reads the statements of facts.sql.ts, to facts. Pure. */
import type { MembershipFacts } from '../auth/principal.js';
import type { Scope, TokenKind } from '../policy/scopes.js';
import type { OwnerFacts, SessionRowFacts, TokenRowFacts } from './facts.js';

/** Every statement answers one row, also for an unknown id; then `id` is `null`. */
interface FactRow {
  readonly now: Date;
  readonly in_recovery: boolean;
  readonly id: string | null;
}

export interface TokenRow extends FactRow {
  readonly kind: TokenKind;
  readonly secret_hash: Buffer | null;
  readonly hash_key_version: string;
  readonly scopes: readonly Scope[];
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly owner: OwnerJson | null;
  readonly organization: { id: string; slug: string; name: string; suspendedAt: string | null } | null;
}

export interface SessionRow extends FactRow {
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
  readonly owner: OwnerJson;
}

/** Inside JSON, instants arrive as text. */
interface OwnerJson extends Omit<OwnerFacts, 'disabledAt' | 'memberships'> {
  readonly disabledAt: string | null;
  readonly memberships: readonly (Omit<MembershipFacts, 'leftAt'> & { readonly leftAt: string | null })[];
}

export function tokenFacts(row: TokenRow): TokenRowFacts | null {
  if (row.id === null) return null;
  return {
    id: row.id,
    kind: row.kind,
    secretHash: row.secret_hash,
    hashKeyVersion: row.hash_key_version,
    scopes: row.scopes,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    owner: row.owner && ownerFacts(row.owner),
    organization: row.organization && { ...row.organization, suspendedAt: instant(row.organization.suspendedAt) },
  };
}

export function sessionFacts(row: SessionRow): SessionRowFacts | null {
  if (row.id === null) return null;
  return { id: row.id, expiresAt: row.expires_at, revokedAt: row.revoked_at, owner: ownerFacts(row.owner) };
}

function ownerFacts(owner: OwnerJson): OwnerFacts {
  const memberships = owner.memberships.map((each) => ({ ...each, leftAt: instant(each.leftAt) }));
  return { ...owner, disabledAt: instant(owner.disabledAt), memberships };
}

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
