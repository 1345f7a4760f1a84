/**
 * The facts that a verdict is made of. Facts are remembered (fact-cache.ts); verdicts are made anew for each request
 * (credential-rules.ts). Kept apart by subject, so that one change of a user or an organization outdates one fact.
 */
import type { MembershipFacts, OrganizationFacts, UserFacts } from '../access-control/principal.js';
import type { Scope, TokenKind } from '../access-control/scopes.js';

export interface TokenRowFacts {
  readonly id: string;
  readonly kind: TokenKind;
  readonly selector: string;
  /** 32 bytes, unless somebody tampered with the table. */
  readonly secretHash: Buffer | null;
  readonly hashKeyVersion: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** Of a personal token. */
  readonly userId: string | null;
  /** Of an organization token. */
  readonly organizationId: string | null;
}

export interface SessionRowFacts {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

export interface UserRowFacts extends UserFacts {
  readonly disabledAt: Date | null;
  readonly memberships: readonly MembershipFacts[];
}

export interface OrganizationRowFacts extends OrganizationFacts {
  readonly suspendedAt: Date | null;
}

export interface PersonalTokenCredential {
  readonly kind: 'personal-token';
  readonly token: TokenRowFacts;
  readonly user: UserRowFacts;
}

export interface OrganizationTokenCredential {
  readonly kind: 'organization-token';
  readonly token: TokenRowFacts;
  readonly organization: OrganizationRowFacts;
}

export interface SessionCredential {
  readonly kind: 'session';
  readonly session: SessionRowFacts;
  readonly user: UserRowFacts;
}

/** A credential's facts with those of whom it belongs to, all confirmed by the same fence. */
export type CredentialFacts = PersonalTokenCredential | OrganizationTokenCredential | SessionCredential;

/** What a request must have confirmed. */
export type Wanted =
  { readonly kind: 'token'; readonly selector: string } | { readonly kind: 'session'; readonly id: string };

/** `facts` is `null` when there is no such credential. `now` is the database's clock: a process's own never judges. */
export interface Confirmed {
  readonly facts: CredentialFacts | null;
  readonly now: Date;
}
