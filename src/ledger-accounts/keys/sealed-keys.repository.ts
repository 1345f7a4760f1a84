/** Sealed private keys, and the record of who was shown them. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../platform/database/transactions.service.js';
import type { SealedKey } from './key-seal.js';

/** The oldest account of each key version in use. A skip scan, because there may be many accounts and few versions. */
const SAMPLES = `
  WITH RECURSIVE versions AS (
    (SELECT encryption_key_version AS version FROM ledger_accounts ORDER BY 1 LIMIT 1)
    UNION ALL
    SELECT (SELECT a.encryption_key_version FROM ledger_accounts a WHERE a.encryption_key_version > v.version
      ORDER BY 1 LIMIT 1)
    FROM versions v WHERE v.version IS NOT NULL
  )
  SELECT s.id, s.sealed_private_key AS sealed, v.version AS "keyVersion"
  FROM versions v CROSS JOIN LATERAL (
    SELECT id, sealed_private_key FROM ledger_accounts WHERE encryption_key_version = v.version LIMIT 1
  ) s`;

const NOTE_REVEALS = `
  INSERT INTO ledger_account_reveals AS r (account_id, actor_id)
  SELECT id, $1 FROM ledger_accounts WHERE id = ANY ($2::uuid[]) ORDER BY id
  ON CONFLICT (account_id, actor_id) DO UPDATE SET revealed_at = clock_timestamp()
    WHERE r.revealed_at < clock_timestamp() - $3 * interval '1 second'
  RETURNING account_id AS id`;

@Injectable()
export class SealedKeysRepository {
  constructor(private readonly dataSource: DataSource) {}

  async isMigrated(): Promise<boolean> {
    const rows = await this.dataSource.query<{ exists: boolean }[]>(
      `SELECT to_regclass('ledger_accounts') IS NOT NULL AS exists`,
    );
    return rows[0]?.exists ?? false;
  }

  async listSamples(): Promise<{ id: string; sealedKey: SealedKey }[]> {
    const rows = await this.dataSource.query<({ id: string } & SealedKey)[]>(SAMPLES);
    return rows.map(({ id, sealed, keyVersion }) => ({ id, sealedKey: { sealed, keyVersion } }));
  }

  /**
   * Records that the actor is shown these keys. Returns the accounts for which that was not recorded within the last
   * `seconds`.
   */
  async recordReveals(tx: Tx, actorId: string, accountIds: readonly string[], seconds: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(NOTE_REVEALS, [actorId, accountIds, seconds]);
    return rows.map(({ id }) => id);
  }
}
