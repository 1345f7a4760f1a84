import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions.service.js';
import type { Use } from './last-use.buffer.js';
import type { StaleHash } from './stale-hashes.buffer.js';

/**
 * Ages are sent and not instants, because only the database's clock is comparable over instances. Locked rows are
 * skipped: this work waits for no other transaction, so that no revocation can deadlock with it.
 */
const WRITE_USES = `
WITH used AS (
  SELECT id, ip, clock_timestamp() - age_ms * interval '1 millisecond' AS at
  FROM unnest($1::uuid[], $2::inet[], $3::float8[]) AS u (id, ip, age_ms)
), free AS (
  SELECT id FROM access_tokens WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
), written AS (
  UPDATE access_tokens t
  SET last_used_ip = CASE WHEN used.at > coalesce(t.last_used_at, '-infinity') THEN used.ip ELSE t.last_used_ip END,
    last_used_at = greatest(t.last_used_at, used.at)
  FROM used JOIN free USING (id)
  WHERE t.id = used.id
)
SELECT id FROM access_tokens WHERE id = ANY ($1) AND id NOT IN (SELECT id FROM free)`;

/**
 * The condition on the old hash makes a late or repeated write harmless. The condition on the keys' age covers
 * instances with different first keys, as during a rolling restart. They would otherwise undo each other's work
 * forever.
 */
const REPLACE_HASHES = `
WITH stale AS (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::bytea[])
    AS s (id, old_version, old_hash, new_version, new_hash)
), free AS (
  SELECT id FROM access_tokens WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE access_tokens t SET secret_hash = stale.new_hash, hash_key_version = stale.new_version
FROM stale JOIN free USING (id)
JOIN token_hash_keys old_key ON old_key.version = stale.old_version
JOIN token_hash_keys new_key ON new_key.version = stale.new_version AND new_key.number > old_key.number
WHERE t.id = stale.id AND t.hash_key_version = stale.old_version AND t.secret_hash = stale.old_hash`;

/**
 * An instance that stops responding before its COMMIT keeps the rows locked. This work can be repeated, so the server
 * ends the transaction after a second, long before a revocation's lock timeout.
 */
const IDLE_TIMEOUT = 'SET LOCAL idle_in_transaction_session_timeout = 1000';

@Injectable()
export class TokenUsageRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Writes uses. Returns the settled ones: written, or of deleted tokens. */
  async writeUses(uses: readonly Use[]): Promise<Use[]> {
    const now = performance.now();
    const parameters = [
      uses.map(({ tokenId }) => tokenId),
      uses.map(({ ip }) => withoutZone(ip)),
      uses.map(({ usedAtMs }) => now - usedAtMs),
    ];
    const busy = await this.run<{ id: string }[]>(WRITE_USES, parameters);
    const busyIds = new Set(busy.map(({ id }) => id));
    return uses.filter(({ tokenId }) => !busyIds.has(tokenId));
  }

  async replaceHashes(stale: readonly StaleHash[]): Promise<void> {
    const parameters = [
      stale.map(({ tokenId }) => tokenId),
      stale.map((each) => each.old.keyVersion),
      stale.map((each) => each.old.hash),
      stale.map((each) => each.new.keyVersion),
      stale.map((each) => each.new.hash),
    ];
    await this.run(REPLACE_HASHES, parameters);
  }

  private run<T>(sql: string, parameters: unknown[]): Promise<T> {
    return this.transactions.run(async (tx) => {
      await tx.query(IDLE_TIMEOUT);
      return tx.query<T>(sql, parameters);
    });
  }
}

/** `inet` cannot hold the zone of a link-local address (`fe80::1%eth0`). */
function withoutZone(ip: string): string {
  return ip.replace(/%.*$/, '');
}
