import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppConfig } from '../../../config/app-config.js';
import type { RequestOrigin } from '../../access-control/principal.js';
import type { RefreshToken } from '../../credentials/refresh-token.js';
import { DatabaseClock } from '../../platform/database/database-clock.service.js';
import { affected, returned } from '../../platform/database/statements.js';
import type { Tx } from '../../platform/database/transactions.service.js';
import { KNOWN_SOURCE_DAYS } from './known-sources.repository.js';
import { Session } from './session.entity.js';

export interface SessionOwnerRow {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
}

export interface RotatedRow extends SessionOwnerRow {
  readonly remainingSeconds: number;
  readonly issuedAt: Date;
}

interface ReplacedRow extends RotatedRow {
  /** SHA-256 of the current refresh token. */
  readonly currentHash: Buffer;
  readonly sealedSuccessor: Buffer;
}

/** By the database's present clock: after a step back more sessions count as live, and then more are ended. */
const LIVE = 's.revoked_at IS NULL AND s.expires_at > clock_timestamp()';
const REMAINING = 'floor(extract(epoch FROM s.expires_at - clock_timestamp()))::integer AS "remainingSeconds"';
const OWNER = 'u.id AS "userId", u.email, u.name';

@Injectable()
export class SessionsRepository {
  private readonly idleSeconds: number;
  private readonly absoluteSeconds: number;
  private readonly graceSeconds: number;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: DatabaseClock,
    { sessions }: AppConfig,
  ) {
    this.idleSeconds = sessions.idleSeconds;
    this.absoluteSeconds = sessions.absoluteSeconds;
    this.graceSeconds = sessions.refreshGraceSeconds;
  }

  /**
   * Returns the start by the clock that its bearer token is checked by, and the seconds until it expires without a
   * refresh.
   */
  async insertSession(
    tx: Tx,
    userId: string,
    token: RefreshToken,
    origin: RequestOrigin,
  ): Promise<{ issuedAt: Date; refreshSeconds: number }> {
    const lifetimeSeconds = Math.min(this.idleSeconds, this.absoluteSeconds);
    const [row] = await tx.query<{ issuedAt: Date }[]>(
      `INSERT INTO sessions (id, user_id, family_hash, refresh_hash, ip, user_agent, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7 * interval '1 second')
      RETURNING ${this.clock.sql} AS "issuedAt"`,
      [token.sessionId, userId, token.familyHash, token.hash, origin.ip, origin.userAgent, lifetimeSeconds],
    );
    if (!row) throw new Error('an inserted session answers its row');
    return { issuedAt: row.issuedAt, refreshSeconds: lifetimeSeconds };
  }

  /**
   * Uses a refresh token up, in one statement: of parallel calls with one token exactly one finds it current. A session
   * in its last second is not refreshed, so that it cannot expire between the condition and the write. `sealed` is the
   * next token under the used one, stored for the grace if there is one.
   */
  async rotate(tx: Tx, used: RefreshToken, next: RefreshToken, sealed: Buffer): Promise<RotatedRow | null> {
    const rows = await returned<RotatedRow>(
      tx,
      `UPDATE sessions s SET refresh_hash = $3, previous_refresh_hash = s.refresh_hash, sealed_successor = $6,
        refreshed_at = clock_timestamp(), last_used_at = clock_timestamp(), expires_at = least(
          clock_timestamp() + $4 * interval '1 second', s.created_at + $5 * interval '1 second')
      FROM users u
      WHERE s.id = $1 AND s.refresh_hash = $2 AND s.revoked_at IS NULL
        AND least(s.expires_at, s.created_at + $5 * interval '1 second') > ${this.clock.sql} + interval '1 second'
        AND u.id = s.user_id AND u.disabled_at IS NULL
      RETURNING ${OWNER}, ${REMAINING}, ${this.clock.sql} AS "issuedAt"`,
      [
        used.sessionId,
        used.hash,
        next.hash,
        this.idleSeconds,
        this.absoluteSeconds,
        this.graceSeconds > 0 ? sealed : null,
      ],
    );
    return rows[0] ?? null;
  }

  /**
   * Returns the sealed successor of the token used last, within the grace. The lock keeps the session unchanged until
   * the response is decided: the successor is current, and no sign-out or revocation interleaves. If the clock has
   * stepped back to before the refresh, there is no grace.
   */
  async findReplaced(tx: Tx, used: RefreshToken): Promise<ReplacedRow | null> {
    const [row] = await tx.query<ReplacedRow[]>(
      `SELECT ${OWNER}, ${REMAINING}, ${this.clock.sql} AS "issuedAt", s.refresh_hash AS "currentHash",
        s.sealed_successor AS "sealedSuccessor"
      FROM sessions s JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL
      WHERE s.id = $1 AND s.previous_refresh_hash = $2 AND s.sealed_successor IS NOT NULL AND s.revoked_at IS NULL
        AND least(s.expires_at, s.created_at + $4 * interval '1 second') > ${this.clock.sql}
        AND clock_timestamp() >= s.refreshed_at
        AND ${this.clock.sql} < s.refreshed_at + $3 * interval '1 second'
      FOR NO KEY UPDATE OF s`,
      [used.sessionId, used.hash, this.graceSeconds, this.absoluteSeconds],
    );
    return row ?? null;
  }

  /** Erases sealed successors of the user's sessions after the grace, when they are useless. */
  async eraseSuccessors(tx: Tx, userId: string): Promise<void> {
    await tx.query(
      `UPDATE sessions SET sealed_successor = NULL WHERE user_id = $1 AND sealed_successor IS NOT NULL
        AND refreshed_at <= clock_timestamp() - $2 * interval '1 second'`,
      [userId, this.graceSeconds],
    );
  }

  /** Returns the user of the live session with this current refresh token. */
  async findUserId(token: RefreshToken): Promise<string | null> {
    const [row] = await this.dataSource.query<{ userId: string }[]>(
      `SELECT s.user_id AS "userId" FROM sessions s WHERE s.id = $1 AND s.refresh_hash = $2 AND ${LIVE}`,
      [token.sessionId, token.hash],
    );
    return row?.userId ?? null;
  }

  /** Ends the live session for which this is a former refresh token. */
  async endReused(tx: Tx, token: RefreshToken): Promise<SessionOwnerRow | null> {
    const rows = await returned<SessionOwnerRow>(
      tx,
      `UPDATE sessions s SET revoked_at = clock_timestamp(), revoke_reason = 'refresh token reused'
      FROM users u
      WHERE s.id = $1 AND s.family_hash = $2 AND s.refresh_hash <> $3 AND ${LIVE} AND u.id = s.user_id
      RETURNING ${OWNER}`,
      [token.sessionId, token.familyHash, token.hash],
    );
    return rows[0] ?? null;
  }

  /** Ends the live session for which this is a present or former refresh token. */
  async endByToken(tx: Tx, token: RefreshToken, reason: string): Promise<SessionOwnerRow | null> {
    const rows = await returned<SessionOwnerRow>(
      tx,
      `UPDATE sessions s SET revoked_at = clock_timestamp(), revoke_reason = $3
      FROM users u
      WHERE s.id = $1 AND s.family_hash = $2 AND ${LIVE} AND u.id = s.user_id RETURNING ${OWNER}`,
      [token.sessionId, token.familyHash, reason],
    );
    return rows[0] ?? null;
  }

  async endById(tx: Tx, userId: string, sessionId: string, reason: string): Promise<SessionOwnerRow | null> {
    const rows = await returned<SessionOwnerRow>(
      tx,
      `UPDATE sessions s SET revoked_at = clock_timestamp(), revoke_reason = $3
      FROM users u
      WHERE s.id = $2 AND s.user_id = $1 AND ${LIVE} AND u.id = s.user_id RETURNING ${OWNER}`,
      [userId, sessionId, reason],
    );
    return rows[0] ?? null;
  }

  /** Ends the user's live sessions, except for `exceptId`; returns their number. */
  async endAll(tx: Tx, userId: string, exceptId: string | null, reason: string): Promise<number> {
    return affected(
      tx,
      `UPDATE sessions s SET revoked_at = clock_timestamp(), revoke_reason = $3
      WHERE s.user_id = $1 AND s.id IS DISTINCT FROM $2::uuid AND ${LIVE}`,
      [userId, exceptId, reason],
    );
  }

  /** Deletes sessions that are of no more use, not even to recognise known devices. */
  async deleteLongEnded(tx: Tx, userId: string): Promise<void> {
    await tx.query(
      `DELETE FROM sessions s WHERE s.user_id = $1
        AND coalesce(s.revoked_at, s.expires_at) < clock_timestamp() - $2 * interval '1 day'`,
      [userId, KNOWN_SOURCE_DAYS],
    );
  }

  async findSession(tx: Tx, userId: string, sessionId: string): Promise<Session | null> {
    return tx.findOneBy(Session, { id: sessionId, userId });
  }

  /** Returns live sessions, newest first, before the session `beforeId`. */
  async listLive(userId: string, beforeId: string | null, count: number): Promise<Session[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(Session, 's')
      .where(`s.user_id = :userId AND ${LIVE} AND s.expires_at > ${this.clock.sql}`, { userId })
      .orderBy('s.id', 'DESC')
      .limit(count);
    return (beforeId === null ? query : query.andWhere('s.id < :beforeId', { beforeId })).getMany();
  }
}
