/** The sources and devices from which an account was signed in to: failures of others do not count against them. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { RefreshToken } from '../../credentials/refresh-token.js';
import type { Tx } from '../../platform/database/transactions.service.js';

/** The number of days after a sign-in during which its source and its device count as the owner's. */
export const KNOWN_SOURCE_DAYS = 90;

/** The limit of known sources per user; the one seen longest ago is removed. */
const MAX_KNOWN_SOURCES = 50;

/** The signs of an account's owner before the password is checked. */
export interface Recognition {
  /** The session by which the device is known. */
  readonly deviceId: string | null;
  readonly isKnownSource: boolean;
}

/** Reasons of a session's end that say nothing against the device with its cookie. */
export const SIGNED_OUT = 'signed out';
export const REPLACED = 'replaced by a new sign-in';

@Injectable()
export class KnownSourcesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Records a source of the user, in the form of `sourceOf`. Not each time, for the sake of parallel sign-ins. */
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
      [userId, KNOWN_SOURCE_DAYS, MAX_KNOWN_SOURCES],
    );
  }

  /**
   * Returns whether the account with this address was recently signed in to from this source, and the session by which
   * the refresh token's device is known. A token of a session that was ended as possibly stolen is no sign.
   */
  async findRecognition(emailKey: string, source: string, token: RefreshToken | null): Promise<Recognition> {
    const [row] = await this.dataSource.query<Recognition[]>(
      `SELECT (
          SELECT s.id FROM sessions s WHERE s.id = $4 AND s.user_id = u.id AND s.family_hash = $5
            AND s.created_at > clock_timestamp() - $3 * interval '1 day'
            AND (s.revoked_at IS NULL OR s.revoke_reason = ANY ($6))
        ) AS "deviceId", EXISTS (
          SELECT FROM known_sources k WHERE k.user_id = u.id AND k.source = $2
            AND k.seen_at > clock_timestamp() - $3 * interval '1 day'
        ) AS "isKnownSource"
      FROM users u WHERE u.email_key = $1`,
      [
        emailKey,
        source,
        KNOWN_SOURCE_DAYS,
        token?.sessionId ?? null,
        token?.familyHash ?? null,
        [SIGNED_OUT, REPLACED],
      ],
    );
    return row ?? { deviceId: null, isKnownSource: false };
  }
}
