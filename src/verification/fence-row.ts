/** The row that a fence returns, and its conversion into facts: inside JSON, instants are text. */
import type { MembershipFacts } from '../access-control/principal.js';
import { comparableInstant, instantMs } from '../platform/database/instants.js';
import type { OrganizationRowFacts, SessionRowFacts, TokenRowFacts, UserRowFacts } from './credential-facts.js';
import type { LoadedFacts, SubjectKind } from './fact-cache.js';

type Json<T, Instants extends keyof T> = Omit<T, Instants> & Record<Instants, string | null>;
type MembershipJson = Json<MembershipFacts, 'leftAt'>;
type TokenJson = Json<TokenRowFacts, 'secretHash' | 'createdAt' | 'expiresAt' | 'revokedAt'>;
type SessionJson = Json<SessionRowFacts, 'expiresAt' | 'revokedAt'>;
type UserJson = Json<Omit<UserRowFacts, 'memberships'>, 'disabledAt'> & { memberships: MembershipJson[] | null };
type OrganizationJson = Json<OrganizationRowFacts, 'suspendedAt'>;

export interface FenceRow {
  /** The position from which the next fence continues. */
  readonly snapshot: string;
  readonly now: Date;
  /** The start of this server. Another value means another server, whose positions have another meaning. */
  readonly server: string;
  readonly replica: boolean;
  /** The id of the change log. Another value means a log in which changes may be missing; `null` when it is unknown. */
  readonly log: string | null;
  /** The fingerprint of the guards (`authority-triggers.sql.ts`); `null` while it must equal the previous one. */
  readonly guards: string | null;
  /** Whether changes after the given position were pruned; `null` without a position. */
  readonly outdated: boolean | null;
  readonly changes: readonly (readonly [SubjectKind, string])[] | null;
  readonly tokens?: readonly TokenJson[] | null;
  readonly sessions?: readonly SessionJson[] | null;
  readonly users?: readonly UserJson[] | null;
  readonly organizations?: readonly OrganizationJson[] | null;
}

export function loadedBy(row: FenceRow): LoadedFacts {
  return {
    tokens: (row.tokens ?? []).map(tokenFacts),
    sessions: (row.sessions ?? []).map(sessionFacts),
    users: (row.users ?? []).map(userFacts),
    organizations: (row.organizations ?? []).map((each) => ({ ...each, suspendedAt: instant(each.suspendedAt) })),
  };
}

function tokenFacts(json: TokenJson): TokenRowFacts {
  return {
    ...json,
    secretHash: json.secretHash === null ? null : Buffer.from(json.secretHash, 'hex'),
    // Invalid when it is infinite: such an instant cannot be compared with the end of a membership.
    createdAt: new Date(instantMs(json.createdAt ?? '')),
    // `infinity` is an operator's value for never.
    expiresAt: json.expiresAt === 'infinity' ? null : instant(json.expiresAt),
    revokedAt: instant(json.revokedAt),
  };
}

function sessionFacts(json: SessionJson): SessionRowFacts {
  return { ...json, expiresAt: instant(json.expiresAt) ?? new Date(0), revokedAt: instant(json.revokedAt) };
}

function userFacts(json: UserJson): UserRowFacts {
  const memberships = (json.memberships ?? []).map((each) => ({ ...each, leftAt: instant(each.leftAt) }));
  return { ...json, disabledAt: instant(json.disabledAt), memberships };
}

function instant(text: string | null): Date | null {
  return text === null ? null : comparableInstant(text);
}
