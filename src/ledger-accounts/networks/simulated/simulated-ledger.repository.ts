/**
 * Rows of the simulated ledgers. Each transaction is one statement, so it happens entirely or not at all. The unique
 * key on its id makes a second use wait for the first and then do nothing.
 */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountCreation, LedgerAccountState, NetworkName, Refill } from '../ledger-network.js';
import { VALID_SECONDS } from '../transaction-id.js';

export interface TransactionRow {
  readonly kind: 'creation' | 'refill';
  /** `expired` is stored too: an id once reported as expired must never happen afterwards. */
  readonly result: 'done' | 'expired' | 'rejected';
  readonly accountNumber: string;
  /** Key of the account; `null` when no account has that number. */
  readonly publicKey: string | null;
}

/**
 * Evaluated by the database's clock, which all processes share. $3 is the second from which on the transaction is
 * valid.
 */
const IS_EXPIRED = `to_timestamp($3) + interval '${VALID_SECONDS} seconds' < clock_timestamp()`;

const CREATE = `
WITH claimed AS (
  INSERT INTO simulated_ledger_transactions (network, transaction_id, kind, result, account_number)
  SELECT $1, $2, 'creation', CASE WHEN ${IS_EXPIRED} THEN 'expired' ELSE 'done' END,
    nextval(('simulated_ledger_' || $1::text || '_numbers')::regclass)
  ON CONFLICT DO NOTHING RETURNING result, account_number
)
INSERT INTO simulated_ledger_accounts (network, account_number, key_type, public_key, balance)
SELECT $1, account_number, $4, $5, $6::bigint FROM claimed WHERE result = 'done'`;

const REFILL = `
WITH claimed AS (
  INSERT INTO simulated_ledger_transactions (network, transaction_id, kind, result, account_number)
  SELECT $1, $2, 'refill', CASE WHEN ${IS_EXPIRED} THEN 'expired' WHEN EXISTS (
    SELECT FROM simulated_ledger_accounts WHERE network = $1 AND account_number = $4
  ) THEN 'done' ELSE 'rejected' END, $4
  ON CONFLICT DO NOTHING RETURNING result
)
UPDATE simulated_ledger_accounts SET balance = balance + $5
FROM claimed WHERE network = $1 AND account_number = $4 AND claimed.result = 'done'`;

const FIND_TRANSACTION = `
SELECT t.kind, t.result, t.account_number AS "accountNumber", a.public_key AS "publicKey"
FROM simulated_ledger_transactions t LEFT JOIN simulated_ledger_accounts a USING (network, account_number)
WHERE t.network = $1 AND t.transaction_id = $2`;

const FIND_ACCOUNT = `
SELECT balance, public_key AS "publicKey" FROM simulated_ledger_accounts WHERE network = $1 AND account_number = $2`;

@Injectable()
export class SimulatedLedgerRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Returns `null` for an account that the network does not know. */
  async findAccount(network: NetworkName, accountNumber: string): Promise<LedgerAccountState | null> {
    const rows = await this.dataSource.query<{ balance: string; publicKey: string }[]>(FIND_ACCOUNT, [
      network,
      accountNumber,
    ]);
    const [row] = rows;
    return row === undefined ? null : { balance: BigInt(row.balance), publicKey: row.publicKey };
  }

  async findTransaction(network: NetworkName, id: string): Promise<TransactionRow | null> {
    const [row] = await this.dataSource.query<TransactionRow[]>(FIND_TRANSACTION, [network, id]);
    return row ?? null;
  }

  /** Does nothing when the id was used before, for any transaction. */
  async insertAccount(network: NetworkName, validFrom: number, creation: AccountCreation): Promise<void> {
    const { transactionId, keyType, publicKey, initialBalance } = creation;
    await this.dataSource.query(CREATE, [network, transactionId, validFrom, keyType, publicKey, initialBalance]);
  }

  /** Does nothing when the id was used before, for any transaction. */
  async addToBalance(network: NetworkName, validFrom: number, refill: Refill): Promise<void> {
    const { transactionId, accountNumber, amount } = refill;
    await this.dataSource.query(REFILL, [network, transactionId, validFrom, accountNumber, amount]);
  }
}
