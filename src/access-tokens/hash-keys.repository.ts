import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LIVE } from './access-tokens.sql.js';

export interface KeyCheck {
  readonly version: string;
  readonly checkValue: Buffer;
}

@Injectable()
export class HashKeysRepository {
  constructor(private readonly dataSource: DataSource) {}

  async isMigrated(): Promise<boolean> {
    const rows = await this.dataSource.query<{ there: boolean }[]>(
      `SELECT to_regclass('token_hash_keys') IS NOT NULL AS there`,
    );
    return rows[0]?.there ?? false;
  }

  /**
   * Records key versions that are new to the database, the last one as the oldest. When several instances do so at
   * once, the first insert counts.
   */
  async insertMissing(checks: readonly KeyCheck[]): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO token_hash_keys (version, check_value)
      SELECT version, check_value FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS k (version, check_value, place)
      ORDER BY place DESC ON CONFLICT DO NOTHING`,
      [checks.map(({ version }) => version), checks.map(({ checkValue }) => checkValue)],
    );
  }

  async listChecks(): Promise<KeyCheck[]> {
    return this.dataSource.query<KeyCheck[]>('SELECT version, check_value AS "checkValue" FROM token_hash_keys');
  }

  /** Returns the key versions under which live tokens of any owner are hashed. */
  async listVersionsInUse(): Promise<string[]> {
    // Runs in a transaction, whose longer time limit allows a scan of every token.
    const rows = await this.dataSource.transaction((manager) =>
      manager.query<{ version: string }[]>(
        `SELECT DISTINCT t.hash_key_version AS version FROM access_tokens t WHERE ${LIVE} ORDER BY 1`,
      ),
    );
    return rows.map(({ version }) => version);
  }
}
