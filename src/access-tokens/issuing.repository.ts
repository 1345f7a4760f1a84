/** Statements for issuing: the count for the quota, and the only INSERT into `access_tokens`. */
import { Injectable } from '@nestjs/common';
import { ownedBy, ownerColumns, ownerId, type Owner } from '../access-control/owner.js';
import type { NewSecret } from '../credentials/token-secret.js';
import { DatabaseClock } from '../platform/database/database-clock.service.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AccessToken } from './access-token.entity.js';
import { LIVE } from './access-tokens.sql.js';
import { tokenKindOf } from './token-owner.js';
import type { NewToken } from './token-row.js';

@Injectable()
export class IssuingRepository {
  constructor(private readonly clock: DatabaseClock) {}

  async countLive(tx: Tx, owner: Owner): Promise<number> {
    const rows = await tx.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM access_tokens t WHERE ${ownedBy(owner, 't')} AND ${LIVE}`,
      [ownerId(owner)],
    );
    return rows[0]?.count ?? 0;
  }

  /** Whether the instant lies in the future by the database's clock. */
  async isInFuture(tx: Tx, instant: Date): Promise<boolean> {
    const rows = await tx.query<{ future: boolean }[]>(`SELECT $1::timestamptz > ${this.clock.sql} AS future`, [
      instant,
    ]);
    return rows[0]?.future ?? false;
  }

  async insertToken(tx: Tx, owner: Owner, token: NewToken, secret: NewSecret): Promise<void> {
    await tx.insert(AccessToken, {
      ...token,
      kind: tokenKindOf(owner),
      ...ownerColumns(owner),
      scopes: [...token.scopes],
      selector: secret.selector,
      secretHash: secret.hash,
      hashKeyVersion: secret.hashKeyVersion,
      hint: secret.hint,
      createdAt: () => 'clock_timestamp()',
    });
  }
}
