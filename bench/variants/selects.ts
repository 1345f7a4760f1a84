/**
 * Usual implementation without a fence: a prepared SELECT by the selector's unique index, with the joins that deciding
 * about an organization token needs. It uses a pool of 10 connections and no cache.
 */
import pg from 'pg';
import type { Scope } from '../../src/access-control/scopes.js';
import type { Confirmed } from '../../src/verification/credential-facts.js';

const POOL_SIZE = 10;

interface Row {
  readonly now: Date;
  readonly id: string;
  readonly selector: string;
  readonly secret_hash: Buffer;
  readonly hash_key_version: string;
  readonly scopes: readonly Scope[];
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly organization_id: string;
  readonly slug: string;
  readonly name: string;
  readonly suspended_at: Date | null;
}

const COLUMNS = `
SELECT clock_timestamp() AS now, t.id, t.selector, t.secret_hash, t.hash_key_version, t.scopes, t.created_at, t.expires_at,
  t.revoked_at, t.organization_id, o.slug, o.name, o.suspended_at
FROM access_tokens t JOIN organizations o ON o.id = t.organization_id`;

export class Selects {
  private readonly pool: pg.Pool;

  constructor(connectionString: string) {
    this.pool = new pg.Pool({ connectionString, max: POOL_SIZE });
  }

  async one(selector: string): Promise<Confirmed> {
    const text = `${COLUMNS} WHERE t.selector = $1`;
    const { rows } = await this.pool.query<Row>({ name: 'select-one', text, values: [selector] });
    return confirmedBy(rows[0]);
  }

  /** Verdicts by selector. */
  async many(selectors: readonly string[]): Promise<Map<string, Confirmed>> {
    const text = `${COLUMNS} WHERE t.selector = ANY($1)`;
    const { rows } = await this.pool.query<Row>({ name: 'select-many', text, values: [selectors] });
    return new Map(rows.map((row) => [row.selector, confirmedBy(row)]));
  }
}

/** Accepts `undefined` too: a token without a row is refused. */
export function confirmedBy(row: Row | undefined): Confirmed {
  if (!row) return { facts: null, now: new Date() };
  const { now, organization_id: organizationId, slug, name, suspended_at: suspendedAt, ...token } = row;
  return {
    now,
    facts: {
      kind: 'organization-token',
      organization: { id: organizationId, slug, name, suspendedAt },
      token: {
        id: token.id,
        kind: 'organization',
        selector: token.selector,
        secretHash: token.secret_hash,
        hashKeyVersion: token.hash_key_version,
        scopes: token.scopes,
        createdAt: token.created_at,
        expiresAt: token.expires_at,
        revokedAt: token.revoked_at,
        userId: null,
        organizationId,
      },
    },
  };
}
