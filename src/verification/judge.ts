/** From facts to a verdict. Pure: the same facts and the same instant always give the same answer. */
import type { OrganizationTokenPrincipal, PersonalTokenPrincipal, SessionPrincipal } from '../auth/principal.js';
import type { OwnerFacts, SessionRowFacts, TokenRowFacts } from './facts.js';
import { refused, type Verification } from './verification.js';

/** `now` is the database's clock at the time of the facts. A token is dead from the instant of its expiry on. */
export function judgeToken(
  facts: TokenRowFacts,
  now: Date,
): Verification<PersonalTokenPrincipal | OrganizationTokenPrincipal> {
  if (facts.revokedAt !== null) return refused('revoked');
  if (facts.expiresAt !== null && facts.expiresAt <= now) return refused('expired');
  const token = { id: facts.id, scopes: facts.scopes, createdAt: facts.createdAt, expiresAt: facts.expiresAt };
  if (facts.kind === 'organization') {
    if (!facts.organization || facts.organization.suspendedAt !== null) return refused('organization-gone');
    const { id, slug, name } = facts.organization;
    return { ok: true, principal: { kind: 'organization-token', token, organization: { id, slug, name } } };
  }
  if (!isActive(facts.owner)) return refused('owner-gone');
  return { ok: true, principal: { kind: 'personal-token', token, ...asPerson(facts.owner) } };
}

/** `userId` is the subject that the session's bearer claims to be; the row decides. */
export function judgeSession(facts: SessionRowFacts, userId: string, now: Date): Verification<SessionPrincipal> {
  if (facts.owner.id !== userId) return refused('unknown');
  if (facts.revokedAt !== null) return refused('revoked');
  if (facts.expiresAt <= now) return refused('expired');
  if (!isActive(facts.owner)) return refused('owner-gone');
  return { ok: true, principal: { kind: 'session', sessionId: facts.id, ...asPerson(facts.owner) } };
}

function isActive(owner: OwnerFacts | null): owner is OwnerFacts {
  return owner !== null && owner.disabledAt === null;
}

function asPerson(owner: OwnerFacts): Pick<SessionPrincipal, 'user' | 'memberships'> {
  const { id, email, name, emailVerified, memberships } = owner;
  return { user: { id, email, name, emailVerified }, memberships };
}
