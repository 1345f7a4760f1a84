/**
 * Reads facts from the primary, one read per verification. It has a small `pg` pool of its own, so that requests that
 * hold the ORM's connections can never starve verification, nor the other way round.
 */
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import pg from 'pg';
import type { MembershipFacts } from '../auth/principal.js';
import type { Scope, TokenKind } from '../policy/scopes.js';
import { AppError } from '../errors/app-error.js';
import { READ_SESSION_FACTS, READ_TOKEN_FACTS } from './facts.sql.js';
import type { OwnerFacts, SessionRowFacts, Snapshot, TokenRowFacts } from './facts.js';

export const VERIFICATION_POOL = Symbol('VERIFICATION_POOL');

@Injectable()
export class FactReader implements OnModuleDestroy {
  constructor(@Inject(VERIFICATION_POOL) private readonly pool: pg.Pool) {}

  async onModuleDestroy(): Promise<void> {
    await this.pool.end();
  }

  /** The token with this selector. Throws `unavailable` when the primary does not confirm in time. */
  async readToken(selector: string): Promise<Snapshot<TokenRowFacts>> {
    const row = await this.readOne<TokenRow>('latchkey-token-facts', READ_TOKEN_FACTS, selector);
    return { now: row.now, facts: row.id === null ? null : tokenFacts(row) };
  }

  /** The session with this id, a UUID. Throws `unavailable` when the primary does not confirm in time. */
  async readSession(sessionId: string): Promise<Snapshot<SessionRowFacts>> {
    const row = await this.readOne<SessionRow>('latchkey-session-facts', READ_SESSION_FACTS, sessionId);
    return { now: row.now, facts: row.id === null ? null : sessionFacts(row) };
  }

  /** Fails closed: whatever goes wrong is 503, never an accept and never a 401 for a token that may be alive. */
  private async readOne<R extends pg.QueryResultRow>(name: string, text: string, value: string): Promise<R> {
    try {
      const { rows } = await this.pool.query<R>({ name, text, values: [value] });
      const [row] = rows;
      if (!row) throw new Error(`${name} answered no row`);
      return row;
    } catch (cause) {
      throw new AppError('unavailable', { internal: 'a credential could not be confirmed', retryAfterSeconds: 1, cause });
    }
  }
}

interface TokenRow extends pg.QueryResultRow {
  now: Date;
  id: string | null;
  kind: TokenKind;
  secret_hash: Buffer;
  hash_key_version: string;
  scopes: Scope[];
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  owner: OwnerJson | null;
  organization: { id: string; slug: string; name: string; suspendedAt: string | null } | null;
}

interface SessionRow extends pg.QueryResultRow {
  now: Date;
  id: string | null;
  expires_at: Date;
  revoked_at: Date | null;
  owner: OwnerJson;
}

/** Inside JSON, instants arrive as text. */
interface OwnerJson extends Omit<OwnerFacts, 'disabledAt' | 'memberships'> {
  disabledAt: string | null;
  memberships: readonly (Omit<MembershipFacts, 'leftAt'> & { leftAt: string | null })[];
}

function tokenFacts(row: TokenRow & { id: string | null }): TokenRowFacts {
  return {
    id: row.id ?? '',
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

function sessionFacts(row: SessionRow): SessionRowFacts {
  return { id: row.id ?? '', expiresAt: row.expires_at, revokedAt: row.revoked_at, owner: ownerFacts(row.owner) };
}

function ownerFacts(owner: OwnerJson): OwnerFacts {
  const memberships = owner.memberships.map((each) => ({ ...each, leftAt: instant(each.leftAt) }));
  return { ...owner, disabledAt: instant(owner.disabledAt), memberships };
}

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
