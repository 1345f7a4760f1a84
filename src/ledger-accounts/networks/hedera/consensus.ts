/** Client of one network's consensus nodes. Throws `NetworkError` only. */
import { randomInt } from 'node:crypto';
import type { HederaNetworkConfig } from '../../../../config/app-config.js';
import type { AccountCreation, Refill } from '../ledger-network.js';
import { VALID_SECONDS } from '../transaction-id.js';
import { openClient } from './hedera-client.js';
import type { Outcome } from './mirror.js';
import type { AccountId, AccountInfo, Client, HederaSdk, Transaction, TransactionId } from './sdk.js';
import { codeOf, toNetworkError } from './status.js';

/**
 * Attempts for a receipt, which takes some seconds; until then nodes answer UNKNOWN or RECEIPT_NOT_FOUND. The time
 * limit of the call ends the attempts earlier.
 */
const RECEIPT_ATTEMPTS = 250;
const RECEIPT_PAUSE_MS = 250;
/** Nodes asked for a receipt that probably does not exist. Several, because any single node may lag behind. */
const NODES_TO_ASK = 3;

export type Submission = 'accepted' | 'duplicate' | 'expired';

export class Consensus {
  private readonly client: Client;
  private readonly nodes: AccountId[];
  private readonly operatorId: string;

  constructor(
    private readonly sdk: HederaSdk,
    config: HederaNetworkConfig,
    timeoutMs: number,
  ) {
    this.client = openClient(sdk, config, timeoutMs);
    this.nodes = Object.values(config.nodes).map((account) => sdk.AccountId.fromString(account));
    this.operatorId = config.operatorId;
  }

  async submitCreation({ transactionId, publicKey, initialBalance }: AccountCreation): Promise<Submission> {
    const transaction = new this.sdk.AccountCreateTransaction()
      .setKeyWithoutAlias(this.sdk.PublicKey.fromString(publicKey))
      .setInitialBalance(this.sdk.Hbar.fromTinybars(String(initialBalance)));
    return this.submit(transaction, transactionId);
  }

  async submitRefill({ transactionId, accountNumber, amount }: Refill): Promise<Submission> {
    const transaction = new this.sdk.TransferTransaction()
      .addHbarTransfer(this.operatorId, this.sdk.Hbar.fromTinybars(String(-amount)))
      .addHbarTransfer(`0.0.${accountNumber}`, this.sdk.Hbar.fromTinybars(String(amount)));
    return this.submit(transaction, transactionId);
  }

  /** Outcome of a transaction. `wait` waits for it; `at once` returns `null` for an id that the nodes do not know. */
  async findOutcome(transactionId: string, patience: 'wait' | 'at once'): Promise<Outcome | null> {
    const query = new this.sdk.TransactionReceiptQuery()
      .setTransactionId(this.idOf(transactionId))
      .setNodeAccountIds(this.nodesFromAny())
      // Without validation a failed transaction is returned as an outcome instead of being thrown.
      .setValidateStatus(false)
      .setMaxBackoff(RECEIPT_PAUSE_MS)
      .setMaxAttempts(patience === 'wait' ? RECEIPT_ATTEMPTS : Math.min(NODES_TO_ASK, this.nodes.length));
    try {
      const { status, accountId } = await query.execute(this.client);
      return { code: status.toString(), account: accountId?.toString() ?? null };
    } catch (error) {
      if (patience === 'at once' && codeOf(error) === 'RECEIPT_NOT_FOUND') return null;
      throw toNetworkError(error);
    }
  }

  /** Returns `null` for an account that does not exist or was deleted. Costs a small fee. */
  async findAccount(account: string): Promise<AccountInfo | null> {
    try {
      const query = new this.sdk.AccountInfoQuery().setAccountId(account).setNodeAccountIds(this.nodesFromAny());
      const info = await query.execute(this.client);
      return info.isDeleted ? null : info;
    } catch (error) {
      if (['INVALID_ACCOUNT_ID', 'ACCOUNT_DELETED'].includes(codeOf(error) ?? '')) return null;
      throw toNetworkError(error);
    }
  }

  /** Whether the key is the account's only key. */
  hasKey(info: AccountInfo, publicKey: string): boolean {
    return info.key.toString() === this.sdk.PublicKey.fromString(publicKey).toString();
  }

  close(): void {
    this.client.close();
  }

  private async submit(transaction: Transaction, transactionId: string): Promise<Submission> {
    try {
      await transaction
        .setTransactionId(this.idOf(transactionId))
        .setTransactionValidDuration(VALID_SECONDS)
        // By default the SDK replaces an expired id by a new one, which would be on no record.
        .setRegenerateTransactionId(false)
        .setNodeAccountIds(this.nodesFromAny())
        .freezeWith(this.client)
        .execute(this.client);
      return 'accepted';
    } catch (error) {
      const code = codeOf(error);
      if (code === 'DUPLICATE_TRANSACTION') return 'duplicate';
      if (code === 'TRANSACTION_EXPIRED') return 'expired';
      throw toNetworkError(error);
    }
  }

  /** All nodes, starting with a random one: spreads the load, and the delay that a dead node costs. */
  private nodesFromAny(): AccountId[] {
    const first = randomInt(this.nodes.length);
    return [...this.nodes.slice(first), ...this.nodes.slice(0, first)];
  }

  private idOf(transactionId: string): TransactionId {
    return this.sdk.TransactionId.fromString(transactionId);
  }
}
