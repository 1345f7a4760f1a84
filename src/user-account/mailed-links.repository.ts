import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { newId } from '../platform/database/ids.js';
import { returned } from '../platform/database/statements.js';
import type { Tx } from '../platform/database/transactions.service.js';

/** The action that a mailed secret allows, once. */
export type MailedPurpose = 'verify_email' | 'reset_password';

const USABLE = 'used_at IS NULL AND expires_at > clock_timestamp()';

@Injectable()
export class MailedLinksRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insertSecret(
    tx: Tx,
    userId: string,
    purpose: MailedPurpose,
    hash: Buffer,
    hours: number,
  ): Promise<{ id: string; expiresAt: Date }> {
    const id = newId();
    const [row] = await tx.query<{ expiresAt: Date }[]>(
      `INSERT INTO mailed_secrets (id, user_id, purpose, secret_hash, expires_at)
      VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 hour') RETURNING expires_at AS "expiresAt"`,
      [id, userId, purpose, hash, hours],
    );
    if (!row) throw new Error('the secret just inserted is not there');
    return { id, expiresAt: row.expiresAt };
  }

  /** Whether the secret is neither used nor expired, of an active user, and its address not already verified. */
  async isUsable(id: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM mailed_secrets s JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL
      WHERE s.id = $1 AND ${USABLE}
        AND (s.purpose <> 'verify_email' OR u.email_verified_at IS NULL)`,
      [id],
    );
    return rows.length > 0;
  }

  /** Returns the user to whom a usable secret was mailed. */
  async findUserId(purpose: MailedPurpose, hash: Buffer): Promise<string | null> {
    const [row] = await this.dataSource.query<{ userId: string }[]>(
      `SELECT user_id AS "userId" FROM mailed_secrets WHERE secret_hash = $1 AND purpose = $2 AND ${USABLE}`,
      [hash, purpose],
    );
    return row?.userId ?? null;
  }

  /** Uses the secret up and returns its user; of parallel calls exactly one succeeds. */
  async markUsed(tx: Tx, purpose: MailedPurpose, hash: Buffer): Promise<string | null> {
    const rows = await returned<{ userId: string }>(
      tx,
      `UPDATE mailed_secrets SET used_at = clock_timestamp() WHERE secret_hash = $1 AND purpose = $2 AND ${USABLE}
      RETURNING user_id AS "userId"`,
      [hash, purpose],
    );
    return rows[0]?.userId ?? null;
  }

  async deleteExpired(tx: Tx, userId: string): Promise<void> {
    await tx.query('DELETE FROM mailed_secrets WHERE user_id = $1 AND expires_at <= clock_timestamp()', [userId]);
  }

  async deleteSecrets(tx: Tx, userId: string, purpose: MailedPurpose): Promise<void> {
    await tx.query('DELETE FROM mailed_secrets WHERE user_id = $1 AND purpose = $2', [userId, purpose]);
  }
}
