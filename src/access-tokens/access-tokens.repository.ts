/** Rows of `access_tokens`. Every statement names the owner; status is computed here, by the database's clock. */
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DatabaseClock } from '../database/database-clock.js';
import { micros, sortable } from '../database/instants.js';
import type { Tx } from '../database/transactions.js';
import { notFound } from '../errors/app-error.js';
import { belongsTo, isLive, LIVE } from './access-tokens.sql.js';
import { idOf, type TokenOwner } from './token-owner.js';
import type { AccessTokenRow, RevokedToken, Revoking, TokenFilter, TokenSort } from './token-row.js';

const LAST_USED = sortable('t.last_used_at');

/** As the verifier of this process judges at `now`. */
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

/** Each with what stands before the cursor: [id] or [lastUsedMicros, id]. */
const SORTS: Readonly<Record<TokenSort, string>> = {
  createdAt: `AND ($5::text[] IS NULL OR t.id < ($5::text[])[1]::uuid) ORDER BY t.id DESC`,
  lastUsedAt: `AND ($5::text[] IS NULL OR (${LAST_USED}, t.id)
      < ('epoch'::timestamptz + ($5::text[])[1]::bigint * interval '1 microsecond', ($5::text[])[2]::uuid))
    ORDER BY ${LAST_USED} DESC, t.id DESC`,
};

@Injectable()
export class AccessTokensRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: DatabaseClock,
  ) {}

  async findToken(owner: TokenOwner, tokenId: string): Promise<AccessTokenRow | null> {
    return this.find(this.dataSource.manager, owner, tokenId);
  }

  async getToken(tx: Tx, owner: TokenOwner, tokenId: string): Promise<AccessTokenRow> {
    const token = await this.find(tx, owner, tokenId);
    if (!token) throw notFound();
    return token;
  }

  /** Reads the token and keeps others from changing it until the transaction ends. */
  async lockToken(tx: Tx, owner: TokenOwner, tokenId: string): Promise<AccessTokenRow | null> {
    return this.find(tx, owner, tokenId, 'FOR NO KEY UPDATE OF t');
  }

  /** Newest first, or last used first and never used last. `after` is the sort key of the last row seen. */
  async listTokens(
    owner: TokenOwner,
    filter: TokenFilter,
    after: readonly string[] | null,
    count: number,
  ): Promise<AccessTokenRow[]> {
    const { status = null, createdBy = null, q, sort } = filter;
    const now = this.clock.sql;
    return this.dataSource.query<AccessTokenRow[]>(
      `${selectToken(now)}
      WHERE ${belongsTo(owner)} AND ($2::text IS NULL OR ${statusAt(now)} = $2) AND ($3::uuid IS NULL OR t.created_by = $3)
        AND ($4::text IS NULL OR t.label ILIKE $4)
        ${SORTS[sort]} LIMIT $6`,
      [idOf(owner), status, createdBy, q === undefined ? null : containing(q), after, count],
    );
  }

  async updateToken(
    tx: Tx,
    owner: TokenOwner,
    tokenId: string,
    { label, scopes }: Pick<AccessTokenRow, 'label' | 'scopes'>,
  ): Promise<void> {
    await tx.query(`UPDATE access_tokens t SET label = $3, scopes = $4 WHERE ${belongsTo(owner)} AND t.id = $2`, [
      idOf(owner),
      tokenId,
      label,
      scopes,
    ]);
  }

  /** Revokes those of these tokens that are not revoked yet, and answers which. */
  async markRevoked(
    tx: Tx,
    owner: TokenOwner,
    tokenIds: readonly string[],
    revoking: Revoking,
  ): Promise<RevokedToken[]> {
    return revoke(tx, owner, 't.id = ANY ($4::uuid[]) AND t.revoked_at IS NULL', revoking, tokenIds);
  }

  /** Revokes every live token, and answers which. */
  async markAllRevoked(tx: Tx, owner: TokenOwner, revoking: Revoking): Promise<RevokedToken[]> {
    return revoke(tx, owner, LIVE, revoking);
  }

  async countExisting(tx: Tx, owner: TokenOwner, tokenIds: readonly string[]): Promise<number> {
    const rows = await tx.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM access_tokens t WHERE ${belongsTo(owner)} AND t.id = ANY ($2::uuid[])`,
      [idOf(owner), tokenIds],
    );
    return rows[0]?.count ?? 0;
  }

  private async find(
    manager: EntityManager,
    owner: TokenOwner,
    tokenId: string,
    lock = '',
  ): Promise<AccessTokenRow | null> {
    const [row] = await manager.query<AccessTokenRow[]>(
      `${selectToken(this.clock.sql)} WHERE ${belongsTo(owner)} AND t.id = $2 ${lock}`,
      [idOf(owner), tokenId],
    );
    return row ?? null;
  }
}

/** Rows are locked in the order of their ids, so that two bulk revocations cannot wait for each other. */
async function revoke(
  tx: Tx,
  owner: TokenOwner,
  condition: string,
  { by, reason }: Revoking,
  tokenIds?: readonly string[],
): Promise<RevokedToken[]> {
  return tx.query<RevokedToken[]>(
    `WITH doomed AS (
      SELECT t.id FROM access_tokens t WHERE ${belongsTo(owner)} AND ${condition} ORDER BY t.id FOR NO KEY UPDATE
    ), revoked AS (
      UPDATE access_tokens t SET revoked_at = clock_timestamp(), revoked_by = $2, revoke_reason = $3
      FROM doomed WHERE t.id = doomed.id RETURNING t.id, t.label
    ) SELECT id, label FROM revoked ORDER BY id`,
    [idOf(owner), by, reason, ...(tokenIds ? [tokenIds] : [])],
  );
}

/** Wildcards in what somebody searches for are ordinary characters. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
