/**
 * The facts that a verdict is made of, as one read of the primary found them. Facts are what may be remembered; verdicts
 * are made anew for each request (judge.ts).
 */
import type { MembershipFacts, OrganizationFacts, UserFacts } from '../auth/principal.js';
import type { Scope, TokenKind } from '../policy/scopes.js';

export interface OwnerFacts extends UserFacts {
  readonly disabledAt: Date | null;
  readonly memberships: readonly MembershipFacts[];
}

export interface TokenRowFacts {
  readonly id: string;
  readonly kind: TokenKind;
  /** 32 bytes, unless somebody tampered with the table. */
  readonly secretHash: Buffer | null;
  readonly hashKeyVersion: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** The user of a personal token. */
  readonly owner: OwnerFacts | null;
  /** The organization of an organization token. */
  readonly organization: (OrganizationFacts & { readonly suspendedAt: Date | null }) | null;
}

export interface SessionRowFacts {
  readonly id: string;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly owner: OwnerFacts;
}

/** Facts and the database's clock in the same snapshot: expiry is never judged by a process's own clock. */
export interface Snapshot<F> {
  readonly facts: F | null;
  readonly now: Date;
}
