/**
 * State of an account's background work: the pending request, and the transactions on record that are not settled.
 * Statements find rows by the account's id alone, so no request may reach them with an id of its own choice.
 */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { affected, returned } from '../../platform/database/statements.js';
import type { Tx } from '../../platform/database/transactions.service.js';
import type { LedgerAccountRow } from '../account-row.js';
import { accountFrom, SELECT_ACCOUNT, type SelectedAccount } from '../ledger-accounts.sql.js';

export interface PendingTransaction {
  readonly transactionId: string;
  /** Number of the refilled account; `null` for a creation. */
  readonly accountNumber: string | null;
  readonly amount: bigint | null;
}

export type TransactionKind = 'creation' | 'refill';

const SUSPENDED_OWNER = `
  SELECT 1 FROM ledger_accounts a
  LEFT JOIN organizations o ON o.id = a.organization_id LEFT JOIN users u ON u.id = a.user_id
  WHERE a.id = $1 AND (o.suspended_at IS NOT NULL OR u.disabled_at IS NOT NULL)`;

/** Condition for the next disbursement: one day after the last one, or after the network's refusal of one. */
const REQUEST_DISBURSEMENT = `
  UPDATE ledger_accounts SET disbursement_requested_at = clock_timestamp()
  WHERE id = $1 AND account_number = $2 AND balance < balance_limit
    AND creation_requested_at IS NULL AND disbursement_requested_at IS NULL
    AND coalesce(greatest(last_disbursement_at, disbursement_refused_at), '-infinity')
      <= clock_timestamp() - interval '1 day'
  RETURNING id`;

@Injectable()
export class AccountWorkRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Returns the ids of these accounts that wait for their network. */
  async listWaiting(accountIds: readonly string[]): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'SELECT id FROM ledger_accounts WHERE id = ANY ($1::uuid[]) AND creation_requested_at IS NOT NULL',
      [accountIds],
    );
    return rows.map(({ id }) => id);
  }

  /** Reads the account and locks its row until the transaction ends; `null` when it was deleted. */
  async lockAccount(tx: Tx, accountId: string): Promise<LedgerAccountRow | null> {
    const [row] = await tx.query<SelectedAccount[]>(`${SELECT_ACCOUNT} WHERE a.id = $1 FOR NO KEY UPDATE OF a`, [
      accountId,
    ]);
    return row ? accountFrom(row) : null;
  }

  async hasSuspendedOwner(tx: Tx, accountId: string): Promise<boolean> {
    return (await tx.query<unknown[]>(SUSPENDED_OWNER, [accountId])).length > 0;
  }

  /** Marks a number as lost. Returns true for one of many concurrent calls only, once per number. */
  async markGone(tx: Tx, accountId: string, accountNumber: string): Promise<boolean> {
    const rows = await returned(
      tx,
      `UPDATE ledger_accounts SET creation_requested_at = clock_timestamp()
      WHERE id = $1 AND account_number = $2 AND creation_requested_at IS NULL AND creation_failed_at IS NULL
      RETURNING id`,
      [accountId, accountNumber],
    );
    return rows.length > 0;
  }

  async updateBalance(tx: Tx, accountId: string, accountNumber: string, balance: bigint): Promise<void> {
    await tx.query('UPDATE ledger_accounts SET balance = $3 WHERE id = $1 AND account_number = $2', [
      accountId,
      accountNumber,
      balance.toString(),
    ]);
  }

  /** Marks a disbursement as requested. Returns false when none is due or it was requested before. */
  async markDisbursementRequested(tx: Tx, accountId: string, accountNumber: string): Promise<boolean> {
    const rows = await returned(tx, REQUEST_DISBURSEMENT, [accountId, accountNumber]);
    return rows.length > 0;
  }

  async findTransaction(tx: Tx, accountId: string, kind: TransactionKind): Promise<PendingTransaction | null> {
    const [row] = await tx.query<{ transactionId: string; accountNumber: string | null; amount: string | null }[]>(
      `SELECT transaction_id AS "transactionId", account_number AS "accountNumber", amount::text
      FROM ledger_transactions WHERE account_id = $1 AND kind = $2`,
      [accountId, kind],
    );
    return row ? { ...row, amount: row.amount === null ? null : BigInt(row.amount) } : null;
  }

  async insertTransaction(
    tx: Tx,
    accountId: string,
    kind: TransactionKind,
    { transactionId, accountNumber, amount }: PendingTransaction,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO ledger_transactions (account_id, kind, transaction_id, account_number, amount)
      VALUES ($1, $2, $3, $4, $5)`,
      [accountId, kind, transactionId, accountNumber, amount?.toString() ?? null],
    );
  }

  /**
   * Deletes the record of a transaction. Returns true for one of many concurrent calls, which then applies the result.
   */
  async deleteTransaction(tx: Tx, accountId: string, transactionId: string): Promise<boolean> {
    const count = await affected(tx, 'DELETE FROM ledger_transactions WHERE account_id = $1 AND transaction_id = $2', [
      accountId,
      transactionId,
    ]);
    return count > 0;
  }

  /** Stores the new number and the opening balance; the previous number becomes history. */
  async markCreated(tx: Tx, accountId: string, accountNumber: string): Promise<void> {
    await tx.query(
      `UPDATE ledger_account_numbers n SET gone_since = a.creation_requested_at
      FROM ledger_accounts a WHERE a.id = n.account_id AND a.id = $1 AND n.gone_since IS NULL`,
      [accountId],
    );
    await tx.query('INSERT INTO ledger_account_numbers (account_id, account_number) VALUES ($1, $2)', [
      accountId,
      accountNumber,
    ]);
    await tx.query(`DELETE FROM ledger_transactions WHERE account_id = $1`, [accountId]);
    await tx.query(
      `UPDATE ledger_accounts SET account_number = $2, balance = balance_limit, creation_requested_at = NULL,
        last_disbursement_at = clock_timestamp(), disbursement_requested_at = NULL, disbursement_refused_at = NULL
      WHERE id = $1`,
      [accountId, accountNumber],
    );
  }

  async markCreationFailed(tx: Tx, accountId: string, failure: string): Promise<void> {
    await tx.query(
      `UPDATE ledger_accounts SET creation_requested_at = NULL, creation_failed_at = clock_timestamp(),
        creation_failure = $2 WHERE id = $1`,
      [accountId, failure],
    );
  }

  /**
   * Adds a refill to the stored balance, up to the limit, because reconciliation may have stored the refilled balance
   * already. A balance above the limit, from other senders, stays.
   */
  async markDisbursed(tx: Tx, accountId: string, amount: bigint): Promise<void> {
    await tx.query(
      `UPDATE ledger_accounts SET balance = greatest(balance, least(balance + $2, balance_limit)),
        last_disbursement_at = clock_timestamp(),
        disbursement_requested_at = NULL, disbursement_refused_at = NULL WHERE id = $1`,
      [accountId, amount.toString()],
    );
  }

  /** Withdraws the request for a disbursement: none is needed, or the network refused it. */
  async markNotDisbursed(tx: Tx, accountId: string, { refused }: { refused: boolean }): Promise<void> {
    await tx.query(
      `UPDATE ledger_accounts SET disbursement_requested_at = NULL,
        disbursement_refused_at = CASE WHEN $2 THEN clock_timestamp() ELSE disbursement_refused_at END WHERE id = $1`,
      [accountId, refused],
    );
  }
}
