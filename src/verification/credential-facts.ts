/**
 * The facts behind a verification. Facts are cached (fact-cache.ts); decisions are made anew for each request
 * (credential-rules.ts). Facts are kept apart by subject, so that one change of a user or an organization outdates one
 * fact.
 */
import type { MembershipFacts, OrganizationFacts, UserFacts } from '../access-control/principal.js';
import type { Scope, TokenKind } from '../access-control/scopes.js';

export interface TokenRowFacts {
  readonly id: string;
  readonly kind: TokenKind;
  readonly selector: string;
  /** 32 bytes, unless the table was tampered with. */
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

/** A credential's facts with those of its owner, all confirmed by the same fence. */
export type CredentialFacts = PersonalTokenCredential | OrganizationTokenCredential | SessionCredential;

/** The credential that a request needs confirmed. */
export type Wanted =
  { readonly kind: 'token'; readonly selector: string } | { readonly kind: 'session'; readonly id: string };

/**
 * `facts` is `null` when there is no such credential. `now` is the database's clock; a process's own clock decides
 * nothing.
 */
export interface Confirmed {
  readonly facts: CredentialFacts | null;
  readonly now: Date;
}
