/**
 * Repository of `access_tokens`. Every statement names the owner. The status is computed in SQL, by the database's
 * clock.
 */
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ownedBy, ownerId, type Owner } from '../access-control/owner.js';
import { DatabaseClock } from '../platform/database/database-clock.service.js';
import { micros, sortable } from '../platform/database/instants.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { notFound } from '../platform/errors/app-error.js';
import { isLive, LIVE } from './access-tokens.sql.js';
import type { AccessTokenRow, RevokedToken, Revoking, TokenFilter } from './token-row.js';

const LAST_USED = sortable('t.last_used_at');

/** Status at the instant `now`, by the same rules as verification. */
const statusAt = (now: string): string =>
  `CASE WHEN ${isLive(now)} THEN 'active' WHEN t.revoked_at IS NULL THEN 'expired' ELSE 'revoked' END`;

const selectToken = (now: string): string => `
  SELECT t.id, t.kind, t.label, t.scopes, t.hint, ${statusAt(now)} AS status, t.created_at AS "createdAt",
    CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('id', c.id, 'name', c.name) END AS "createdBy",
    nullif(t.expires_at, 'infinity') AS "expiresAt", t.last_used_at AS "lastUsedAt", host(t.last_used_ip) AS "lastUsedIp",
    t.revoked_at AS "revokedAt",
    CASE WHEN r.id IS NOT NULL THEN jsonb_build_object('id', r.id, 'name', r.name) END AS "revokedBy",
    t.revoke_reason AS "revokeReason",
    ${micros(LAST_USED)} AS "lastUsedMicros"
  FROM access_tokens t
  LEFT JOIN users c ON c.id = t.created_by
  LEFT JOIN users r ON r.id = t.revoked_by`;

/**
 * $5: the id, or the microseconds and the id, of the last row of the previous page. $7: the snapshot of the first page.
 */
const CREATED_ORDER = `AND ($5::text[] IS NULL OR t.id < ($5::text[])[1]::uuid) ORDER BY t.id DESC`;
/**
 * Ids of transactions that lie beyond the present snapshot come from another cluster: the rows were restored from a
 * backup.
 */
const MOVED = `t.moved_by >= pg_snapshot_xmin($7::pg_snapshot) AND NOT pg_visible_in_snapshot(t.moved_by, $7::pg_snapshot)
    AND t.moved_by < pg_snapshot_xmax(pg_current_snapshot())`;
const USE_ORDER = `AND ($5::text[] IS NULL OR (coalesce(${MOVED}, false) IS FALSE AND (${LAST_USED}, t.id)
      < ('epoch'::timestamptz + ($5::text[])[1]::bigint * interval '1 microsecond', ($5::text[])[2]::uuid)))
    ORDER BY ${LAST_USED} DESC, t.id DESC`;
const MOVED_ORDER = `AND ${MOVED} ${CREATED_ORDER}`;

@Injectable()
export class AccessTokensRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: DatabaseClock,
  ) {}

  async findToken(owner: Owner, tokenId: string): Promise<AccessTokenRow | null> {
    return this.find(this.dataSource.manager, owner, tokenId);
  }

  async getToken(tx: Tx, owner: Owner, tokenId: string): Promise<AccessTokenRow> {
    const token = await this.find(tx, owner, tokenId);
    if (!token) throw notFound();
    return token;
  }

  /** Reads the token and locks its row until the transaction ends. */
  async lockToken(tx: Tx, owner: Owner, tokenId: string): Promise<AccessTokenRow | null> {
    return this.find(tx, owner, tokenId, 'FOR NO KEY UPDATE OF t');
  }

  /** Lists tokens newest first, starting after the token `after`. */
  async listTokens(owner: Owner, filter: TokenFilter, after: string | null, count: number): Promise<AccessTokenRow[]> {
    return this.list(CREATED_ORDER, owner, filter, [after && [after], count]);
  }

  /**
   * Lists tokens by last use, the latest first and never used ones last. Later pages leave out tokens that moved since
   * the snapshot.
   */
  async listByUse(
    owner: Owner,
    filter: TokenFilter,
    after: readonly [micros: string, id: string] | null,
    snapshot: string,
    count: number,
  ): Promise<AccessTokenRow[]> {
    return this.list(USE_ORDER, owner, filter, [after, count, snapshot]);
  }

  /** Lists the tokens whose last use changed since the snapshot, newest first. That order is stable. */
  async listMoved(
    owner: Owner,
    filter: TokenFilter,
    after: string | null,
    snapshot: string,
    count: number,
  ): Promise<AccessTokenRow[]> {
    return this.list(MOVED_ORDER, owner, filter, [after && [after], count, snapshot]);
  }

  async currentSnapshot(): Promise<string> {
    const [row] = await this.dataSource.query<{ snapshot: string }[]>('SELECT pg_current_snapshot()::text AS snapshot');
    if (!row) throw new Error('the database answered no snapshot');
    return row.snapshot;
  }

  async updateToken(
    tx: Tx,
    owner: Owner,
    tokenId: string,
    { label, scopes }: Pick<AccessTokenRow, 'label' | 'scopes'>,
  ): Promise<void> {
    await tx.query(`UPDATE access_tokens t SET label = $3, scopes = $4 WHERE ${ownedBy(owner, 't')} AND t.id = $2`, [
      ownerId(owner),
      tokenId,
      label,
      scopes,
    ]);
  }

  /** Revokes the given tokens that are not revoked yet, and returns them. */
  async markRevoked(tx: Tx, owner: Owner, tokenIds: readonly string[], revoking: Revoking): Promise<RevokedToken[]> {
    return revoke(tx, owner, 't.id = ANY ($4::uuid[]) AND t.revoked_at IS NULL', revoking, tokenIds);
  }

  /** Revokes every live token, and returns the revoked ones. */
  async markAllRevoked(tx: Tx, owner: Owner, revoking: Revoking): Promise<RevokedToken[]> {
    return revoke(tx, owner, LIVE, revoking);
  }

  async countExisting(tx: Tx, owner: Owner, tokenIds: readonly string[]): Promise<number> {
    const rows = await tx.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM access_tokens t WHERE ${ownedBy(owner, 't')} AND t.id = ANY ($2::uuid[])`,
      [ownerId(owner), tokenIds],
    );
    return rows[0]?.count ?? 0;
  }

  private async list(
    order: string,
    owner: Owner,
    filter: TokenFilter,
    span: readonly unknown[],
  ): Promise<AccessTokenRow[]> {
    const { status = null, createdBy = null, q } = filter;
    const now = this.clock.sql;
    return this.dataSource.query<AccessTokenRow[]>(
      `${selectToken(now)}
      WHERE ${ownedBy(owner, 't')} AND ($2::text IS NULL OR ${statusAt(now)} = $2) AND ($3::uuid IS NULL OR t.created_by = $3)
        AND ($4::text IS NULL OR t.label ILIKE $4) ${order} LIMIT $6`,
      [ownerId(owner), status, createdBy, q === undefined ? null : containing(q), ...span],
    );
  }

  private async find(manager: EntityManager, owner: Owner, tokenId: string, lock = ''): Promise<AccessTokenRow | null> {
    const [row] = await manager.query<AccessTokenRow[]>(
      `${selectToken(this.clock.sql)} WHERE ${ownedBy(owner, 't')} AND t.id = $2 ${lock}`,
      [ownerId(owner), tokenId],
    );
    return row ?? null;
  }
}

/** Rows are locked in the order of their ids, so that two bulk revocations cannot deadlock. */
async function revoke(
  tx: Tx,
  owner: Owner,
  condition: string,
  { by, reason }: Revoking,
  tokenIds?: readonly string[],
): Promise<RevokedToken[]> {
  return tx.query<RevokedToken[]>(
    `WITH doomed AS (
      SELECT t.id FROM access_tokens t WHERE ${ownedBy(owner, 't')} AND ${condition} ORDER BY t.id FOR NO KEY UPDATE
    ), revoked AS (
      UPDATE access_tokens t SET revoked_at = clock_timestamp(), revoked_by = $2, revoke_reason = $3
      FROM doomed WHERE t.id = doomed.id RETURNING t.id, t.label
    ) SELECT id, label FROM revoked ORDER BY id`,
    [ownerId(owner), by, reason, ...(tokenIds ? [tokenIds] : [])],
  );
}

/** LIKE pattern for a search text; wildcards in the text are ordinary characters. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
