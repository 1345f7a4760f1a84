/**
 * The rules that turn facts into a verification. Pure: the same facts and the same instant always give the same result.
 */
import type {
  OrganizationTokenPrincipal,
  PersonalTokenPrincipal,
  SessionPrincipal,
  TokenFacts,
} from '../access-control/principal.js';
import type {
  OrganizationTokenCredential,
  PersonalTokenCredential,
  SessionCredential,
  TokenRowFacts,
  UserRowFacts,
} from './credential-facts.js';
import { refused, type Refusal, type Verification } from './verification-outcome.js';

/** Verifies a token's facts. `now` is the database's clock. A token is dead from the instant of its expiry on. */
export function verifyTokenFacts(
  credential: PersonalTokenCredential | OrganizationTokenCredential,
  now: Date,
): Verification<PersonalTokenPrincipal | OrganizationTokenPrincipal> {
  const token = tokenFacts(credential.token);
  const end = endReason(credential.token, now);
  if (end) return refused(end);
  if (credential.kind === 'organization-token') {
    const { id, slug, name, suspendedAt } = credential.organization;
    if (suspendedAt !== null) return refused('organization-gone');
    return { ok: true, principal: { kind: credential.kind, token, organization: { id, slug, name } } };
  }
  if (credential.user.disabledAt !== null) return refused('owner-gone');
  return { ok: true, principal: { kind: credential.kind, token, ...asPerson(credential.user) } };
}

/** Verifies a session's facts. `userId` is the subject claimed by the session's bearer token; the row decides. */
export function verifySessionFacts(
  { session, user }: SessionCredential,
  userId: string,
  now: Date,
): Verification<SessionPrincipal> {
  if (user.id !== userId) return refused('unknown');
  const end = endReason(session, now);
  if (end) return refused(end);
  if (user.disabledAt !== null) return refused('owner-gone');
  return { ok: true, principal: { kind: 'session', sessionId: session.id, ...asPerson(user) } };
}

function endReason(
  lifetime: { readonly revokedAt: Date | null; readonly expiresAt: Date | null },
  now: Date,
): Refusal | null {
  if (lifetime.revokedAt !== null) return 'revoked';
  // In this order of comparison, an invalid instant counts as expired.
  return lifetime.expiresAt === null || lifetime.expiresAt > now ? null : 'expired';
}

function tokenFacts({ id, selector, scopes, createdAt, expiresAt }: TokenRowFacts): TokenFacts {
  return { id, selector, scopes, createdAt, expiresAt };
}

function asPerson({
  memberships,
  id,
  email,
  name,
  username,
  emailVerified,
}: UserRowFacts): Pick<SessionPrincipal, 'user' | 'memberships'> {
  return { user: { id, email, name, username, emailVerified }, memberships };
}
