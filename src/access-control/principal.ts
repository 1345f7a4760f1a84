/**
 * The caller, as facts that were true when the request was verified. A principal contains no decision:
 * effective-permissions.ts computes its permissions. It never contains a secret or a hash.
 */
import type { Role } from './role-grants.js';
import type { Scope } from './scopes.js';

export interface UserFacts {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** The user's unique name among accounts; unlike `name` it never changes. */
  readonly username: string;
  readonly emailVerified: boolean;
}

export interface MembershipFacts {
  readonly organizationId: string;
  readonly organizationSlug: string;
  readonly role: Role;
  readonly organizationSuspended: boolean;
  /**
   * When this user last left, or was removed from, this organization before joining again; `null` if never. Personal
   * tokens from before stay dead here: a removed colleague's token does not come back with a new invitation.
   */
  readonly leftAt: Date | null;
}

export interface OrganizationFacts {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface TokenFacts {
  readonly id: string;
  /** The public part of the secret, by which its row is found. */
  readonly selector: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export interface SessionPrincipal {
  readonly kind: 'session';
  readonly sessionId: string;
  readonly user: UserFacts;
  readonly memberships: readonly MembershipFacts[];
}

export interface PersonalTokenPrincipal {
  readonly kind: 'personal-token';
  readonly token: TokenFacts;
  readonly user: UserFacts;
  readonly memberships: readonly MembershipFacts[];
}

export interface OrganizationTokenPrincipal {
  readonly kind: 'organization-token';
  readonly token: TokenFacts;
  readonly organization: OrganizationFacts;
}

export type TokenPrincipal = PersonalTokenPrincipal | OrganizationTokenPrincipal;
export type Principal = SessionPrincipal | TokenPrincipal;

/** The origin of a request, for the audit trail. */
export interface RequestOrigin {
  /** The client's address, in canonical text form; IPv4-mapped IPv6 is written as IPv4. */
  readonly ip: string;
  readonly userAgent: string | null;
  readonly requestId: string;
  /** The method and the path's pattern, such as `GET /api/v1/organizations/:organization`. */
  readonly route: string;
}

/** An authenticated request: its principal and its origin. */
export interface Caller extends RequestOrigin {
  readonly principal: Principal;
}

/** Returns the user of a session or a personal token; `null` for an organization token, which has no user. */
export function userOf(principal: Principal): UserFacts | null {
  return principal.kind === 'organization-token' ? null : principal.user;
}

/** Whether the principal is the token with this id. */
export function isItself(principal: Principal, tokenId: string | undefined): boolean {
  return principal.kind !== 'session' && tokenId?.toLowerCase() === principal.token.id;
}
