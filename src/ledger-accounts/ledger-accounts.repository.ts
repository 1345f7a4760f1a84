/** Statements of requests on `ledger_accounts`. Every statement names the owner. */
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ownedBy, ownerId, type Owner } from '../access-control/owner.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { BALANCE_LIMIT, type FormerNumber, type LedgerAccountRow, type NewAccount } from './account-row.js';
import { accountFrom, SELECT_ACCOUNT, type SelectedAccount } from './ledger-accounts.sql.js';

@Injectable()
export class LedgerAccountsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async findAccount(owner: Owner, accountId: string): Promise<LedgerAccountRow | null> {
    return first(this.dataSource.manager, `WHERE ${ownedBy(owner, 'a')} AND a.id = $2`, [ownerId(owner), accountId]);
  }

  async findByPublicKey(owner: Owner, publicKey: string): Promise<LedgerAccountRow | null> {
    const where = `WHERE ${ownedBy(owner, 'a')} AND a.public_key = $2`;
    return first(this.dataSource.manager, where, [ownerId(owner), publicKey]);
  }

  /** Lists accounts newest first. `network` filters; `after` is the id of the last row of the previous page. */
  async listAccounts(
    owner: Owner,
    network: string | null,
    after: string | null,
    count: number,
  ): Promise<LedgerAccountRow[]> {
    const rows = await this.dataSource.query<SelectedAccount[]>(
      `${SELECT_ACCOUNT}
      WHERE ${ownedBy(owner, 'a')} AND ($2::text IS NULL OR a.network = $2) AND ($3::uuid IS NULL OR a.id < $3)
      ORDER BY a.id DESC LIMIT $4`,
      [ownerId(owner), network, after, count],
    );
    return rows.map(accountFrom);
  }

  /** Lists the accounts that have a number, oldest first. The quota bounds the list. */
  async listNumbered(owner: Owner): Promise<LedgerAccountRow[]> {
    const rows = await this.dataSource.query<SelectedAccount[]>(
      `${SELECT_ACCOUNT} WHERE ${ownedBy(owner, 'a')} AND a.account_number IS NOT NULL ORDER BY a.id`,
      [ownerId(owner)],
    );
    return rows.map(accountFrom);
  }

  /** Lists the present and the former numbers, newest first. */
  async listNumbers(owner: Owner, accountId: string): Promise<FormerNumber[]> {
    return this.dataSource.query<FormerNumber[]>(
      `SELECT n.account_number AS "accountNumber", n.current_since AS since, n.gone_since AS until
      FROM ledger_account_numbers n JOIN ledger_accounts a ON a.id = n.account_id
      WHERE ${ownedBy(owner, 'a')} AND a.id = $2 ORDER BY n.current_since DESC`,
      [ownerId(owner), accountId],
    );
  }

  async countAccounts(tx: Tx, owner: Owner): Promise<number> {
    const rows = await tx.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM ledger_accounts a WHERE ${ownedBy(owner, 'a')}`,
      [ownerId(owner)],
    );
    return rows[0]?.count ?? 0;
  }

  /** Inserts an account that waits for its creation on the network. */
  async insertAccount(tx: Tx, owner: Owner, account: NewAccount): Promise<void> {
    const { id, network, keyType, publicKey, sealedKey } = account;
    const column = owner.kind === 'organization' ? 'organization_id' : 'user_id';
    await tx.query(
      `INSERT INTO ledger_accounts
        (${column}, id, network, key_type, public_key, sealed_private_key, encryption_key_version, balance_limit,
        creation_requested_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp())`,
      [
        ownerId(owner),
        id,
        network,
        keyType,
        publicKey,
        sealedKey.sealed,
        sealedKey.keyVersion,
        BALANCE_LIMIT.toString(),
      ],
    );
  }
}

async function first(manager: EntityManager, where: string, values: unknown[]): Promise<LedgerAccountRow | null> {
  const [row] = await manager.query<SelectedAccount[]>(`${SELECT_ACCOUNT} ${where}`, values);
  return row ? accountFrom(row) : null;
}
