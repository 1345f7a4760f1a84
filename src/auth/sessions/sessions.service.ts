import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../access-control/principal.js';
import type { AuditAction } from '../../audit/audit-actions.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { newRefreshToken, parseRefreshToken } from '../../credentials/refresh-token.js';
import { newListedId } from '../../platform/database/database-ids.js';
import { Transactions, type Tx } from '../../platform/database/transactions.service.js';
import { sourceOf } from '../../platform/rate-limits/network-source.js';
import type { Person } from '../../users/users.service.js';
import { KnownSourcesRepository, REPLACED, SIGNED_OUT } from './known-sources.repository.js';
import { SessionTokenService } from './session-token.service.js';
import { SessionsRepository, type SessionOwnerRow } from './sessions.repository.js';

/** A session with credentials that are about to be delivered. */
export interface OpenedSession {
  readonly user: Person;
  readonly sessionId: string;
  /** By the database's clock. */
  readonly issuedAt: Date;
  readonly refreshToken: string;
  /** Seconds until the refresh token expires unless it is used. */
  readonly refreshSeconds: number;
}

export interface SessionEvent {
  readonly action: Extract<AuditAction, `session.${string}`>;
  readonly owner: Pick<SessionOwnerRow, 'userId' | 'name'>;
  readonly sessionId: string | null;
  readonly origin: RequestOrigin;
  /** The number of sessions, for an event about several. */
  readonly count?: number;
}

@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly knownSources: KnownSourcesRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
    private readonly tokens: SessionTokenService,
  ) {}

  /**
   * Opens a new session, and ends the one of a presented refresh token: an identifier planted before the sign-in is
   * worthless after it (session fixation).
   */
  async open(tx: Tx, user: Person, presented: string | undefined, origin: RequestOrigin): Promise<OpenedSession> {
    await this.endFormer(tx, presented, origin);
    await this.sessions.deleteLongEnded(tx, user.id);
    await this.sessions.eraseSuccessors(tx, user.id);
    await this.recordSource(tx, user.id, origin);
    const token = newRefreshToken(await newListedId(tx));
    const { issuedAt, refreshSeconds } = await this.sessions.insertSession(tx, user.id, token, origin);
    const owner = { userId: user.id, name: user.name };
    await this.record(tx, { action: 'session.signed_in', owner, sessionId: token.sessionId, origin });
    return { user, sessionId: token.sessionId, issuedAt, refreshToken: token.text, refreshSeconds };
  }

  /**
   * Ends the session of the cookie and the one of the bearer token, whichever is present. Invalid credentials are
   * ignored.
   */
  async signOut(presented: string | undefined, bearer: string | null, origin: RequestOrigin): Promise<void> {
    const token = parseRefreshToken(presented);
    const claims = bearer === null ? null : this.tokens.verify(bearer);
    const reason = SIGNED_OUT;
    await this.transactions.run(async (tx) => {
      const action = 'session.signed_out';
      const ofCookie = token && (await this.sessions.endByToken(tx, token, reason));
      if (ofCookie) await this.record(tx, { action, owner: ofCookie, sessionId: token.sessionId, origin });
      const ofBearer = claims && (await this.sessions.endById(tx, claims.userId, claims.sessionId, reason));
      if (ofBearer) await this.record(tx, { action, owner: ofBearer, sessionId: claims.sessionId, origin });
    });
  }

  /**
   * Ends all of a user's sessions except for one, and returns their number; the event of the caller's change reports
   * it.
   */
  async endAll(tx: Tx, userId: string, exceptId: string | null, reason: string): Promise<number> {
    return this.sessions.endAll(tx, userId, exceptId, reason);
  }

  /** Returns the user of the live session with this current refresh token; uses nothing up. */
  async userOf(presented: string | undefined): Promise<string | null> {
    const token = parseRefreshToken(presented);
    return token && this.sessions.findUserId(token);
  }

  /** Records a source of the account's owner: there, strangers' failures do not count against the owner. */
  async recordSource(tx: Tx, userId: string, { ip }: RequestOrigin): Promise<void> {
    await this.knownSources.insertKnownSource(tx, userId, sourceOf(ip));
  }

  private async endFormer(tx: Tx, presented: string | undefined, origin: RequestOrigin): Promise<void> {
    const former = parseRefreshToken(presented);
    const owner = former && (await this.sessions.endByToken(tx, former, REPLACED));
    if (owner) await this.record(tx, { action: 'session.revoked', owner, sessionId: former.sessionId, origin });
  }

  async record(tx: Tx, { action, owner, sessionId, origin, count }: SessionEvent): Promise<void> {
    const { userId, name } = owner;
    await this.audit.record(tx, {
      action,
      origin,
      actor: { kind: 'user', id: userId, name },
      userId,
      target: { kind: 'session', id: sessionId },
      ...(count !== undefined && { details: { count } }),
    });
  }
}
