import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppConfig } from '../../../config/app-config.js';
import { DatabaseClock } from '../../platform/database/database-clock.service.js';
import { affected, returned } from '../../platform/database/statements.js';
import type { Tx } from '../../platform/database/transactions.service.js';
import type { RequestOrigin } from '../../access-control/principal.js';
import type { RefreshToken } from '../../credentials/refresh-token.js';
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
  /** SHA-256 of the refresh token that is current. */
  readonly currentHash: Buffer;
  readonly sealedSuccessor: Buffer;
}

/** By the database's clock as it is: one that has stepped back calls more sessions live, and then more are ended. */
const LIVE = 's.revoked_at IS NULL AND s.expires_at > clock_timestamp()';
const REMAINING = 'floor(extract(epoch FROM s.expires_at - clock_timestamp()))::integer AS "remainingSeconds"';
const OWNER = 'u.id AS "userId", u.email, u.name';

/** Why a session was ended that says nothing against the device which holds its cookie. */
export const SIGNED_OUT = 'signed out';
export const REPLACED = 'replaced by a new sign-in';
const HARMLESS_ENDS = [SIGNED_OUT, REPLACED];

/** For so long after a sign-in its source, and its device, count as its owner's. */
const KNOWN_SOURCE_DAYS = 90;

/** For each user; the one seen longest ago gives way. */
const KNOWN_SOURCES = 50;

/** What tells the owner of an account from strangers before the password does. */
export interface Acquaintance {
  /** The session by which the device is known. */
  readonly deviceId: string | null;
  readonly isKnownSource: boolean;
}

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

  /** Answers when it began, by the clock that its bearer is judged by, and how many seconds it lives unless it is refreshed. */
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
   * The one statement by which a refresh token is used up: of parallel calls with one token exactly one finds it
   * current. A session in its last second is left to end, so that it cannot expire between the condition and the write.
   * `sealed` is the next token under the used one, kept for the grace if there is one.
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
   * The sealed successor of a token that was used up less than the grace ago, and of no earlier one. The lock keeps the
   * session as it is until the answer is decided: the successor is current, and no sign-out or revocation falls between.
   * A clock that has stepped back behind the refresh tells nothing, so that there is no grace then.
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

  /** Erases the sealed successors of the user's sessions that are past the grace; they were of no use any more. */
  async eraseSuccessors(tx: Tx, userId: string): Promise<void> {
    await tx.query(
      `UPDATE sessions SET sealed_successor = NULL WHERE user_id = $1 AND sealed_successor IS NOT NULL
        AND refreshed_at <= clock_timestamp() - $2 * interval '1 second'`,
      [userId, this.graceSeconds],
    );
  }

  /** Whose live session has this for its current refresh token. */
  async findUserId(token: RefreshToken): Promise<string | null> {
    const [row] = await this.dataSource.query<{ userId: string }[]>(
      `SELECT s.user_id AS "userId" FROM sessions s WHERE s.id = $1 AND s.refresh_hash = $2 AND ${LIVE}`,
      [token.sessionId, token.hash],
    );
    return row?.userId ?? null;
  }

  /** Ends the live session of which this was a refresh token, but is no more. */
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

  /** Ends the live session of which this is, or was, a refresh token. */
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

  /** Ends the user's live sessions, but for one if it is named; answers how many. */
  async endAll(tx: Tx, userId: string, exceptId: string | null, reason: string): Promise<number> {
    const count = await affected(
      tx,
      `UPDATE sessions s SET revoked_at = clock_timestamp(), revoke_reason = $3
      WHERE s.user_id = $1 AND s.id IS DISTINCT FROM $2::uuid AND ${LIVE}`,
      [userId, exceptId, reason],
    );
    return count;
  }

  /** Of no use to anybody any more, not even to tell known devices. */
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

  /** Live ones, newest first, from before the session `beforeId`. */
  async listLive(userId: string, beforeId: string | null, count: number): Promise<Session[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(Session, 's')
      .where(`s.user_id = :userId AND ${LIVE} AND s.expires_at > ${this.clock.sql}`, { userId })
      .orderBy('s.id', 'DESC')
      .limit(count);
    return (beforeId === null ? query : query.andWhere('s.id < :beforeId', { beforeId })).getMany();
  }

  /** Notes that the user was here: a source, as `sourceOf` spells it. Not each time, for the sake of parallel sign-ins. */
  async insertKnownSource(tx: Tx, userId: string, source: string): Promise<void> {
    await tx.query(
      `INSERT INTO known_sources AS k (user_id, source) VALUES ($1, $2)
      ON CONFLICT (user_id, source) DO UPDATE SET seen_at = clock_timestamp()
        WHERE k.seen_at < clock_timestamp() - interval '1 hour'`,
      [userId, source],
    );
    await tx.query(
      `DELETE FROM known_sources WHERE user_id = $1 AND (seen_at < clock_timestamp() - $2 * interval '1 day' OR source IN (
        SELECT source FROM known_sources WHERE user_id = $1 ORDER BY seen_at DESC OFFSET $3))`,
      [userId, KNOWN_SOURCE_DAYS, KNOWN_SOURCES],
    );
  }

  /**
   * Whether the account with this address was signed in to from this source of late, and with which session the device
   * of this refresh token was. A token of a session that was ended because it might be stolen tells nothing.
   */
  async findAcquaintance(emailKey: string, source: string, token: RefreshToken | null): Promise<Acquaintance> {
    const [row] = await this.dataSource.query<Acquaintance[]>(
      `SELECT (
          SELECT s.id FROM sessions s WHERE s.id = $4 AND s.user_id = u.id AND s.family_hash = $5
            AND s.created_at > clock_timestamp() - $3 * interval '1 day'
            AND (s.revoked_at IS NULL OR s.revoke_reason = ANY ($6))
        ) AS "deviceId", EXISTS (
          SELECT FROM known_sources k WHERE k.user_id = u.id AND k.source = $2
            AND k.seen_at > clock_timestamp() - $3 * interval '1 day'
        ) AS "isKnownSource"
      FROM users u WHERE u.email_key = $1`,
      [emailKey, source, KNOWN_SOURCE_DAYS, token?.sessionId ?? null, token?.familyHash ?? null, HARMLESS_ENDS],
    );
    return row ?? { deviceId: null, isKnownSource: false };
  }
}
