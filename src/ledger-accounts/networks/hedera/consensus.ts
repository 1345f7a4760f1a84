/** The consensus nodes of one network, as few questions. Throws `NetworkError` only. */
import type { HederaNetworkConfig } from '../../../../config/app-config.js';
import type { AccountCreation, Refill } from '../ledger-network.js';
import { VALID_SECONDS } from '../transaction-id.js';
import { openClient } from './hedera-client.js';
import type { Outcome } from './mirror.js';
import type { AccountId, AccountInfo, Client, HederaSdk, Transaction, TransactionId } from './sdk.js';
import { codeOf, toNetworkError } from './status.js';

/** A receipt takes some seconds, during which nodes answer UNKNOWN or that there is none: up to the time limit. */
const RECEIPT_ATTEMPTS = 50;

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

  /** The outcome, waiting for it. Without `patience` an id that the nodes have not heard of answers `null` at once. */
  async findOutcome(transactionId: string, patience: 'wait' | 'at once'): Promise<Outcome | null> {
    const query = new this.sdk.TransactionReceiptQuery()
      .setTransactionId(this.idOf(transactionId))
      .setNodeAccountIds([...this.nodes])
      // A failure is an outcome like any other, and not an error of asking.
      .setValidateStatus(false)
      .setMaxAttempts(patience === 'wait' ? RECEIPT_ATTEMPTS : this.nodes.length);
    try {
      const { status, accountId } = await query.execute(this.client);
      return { code: status.toString(), account: accountId?.toString() ?? null };
    } catch (error) {
      if (patience === 'at once' && codeOf(error) === 'RECEIPT_NOT_FOUND') return null;
      throw toNetworkError(error);
    }
  }

  /** `null` when there is no such account, or it was deleted. Costs a small fee. */
  async findAccount(account: string): Promise<AccountInfo | null> {
    try {
      const query = new this.sdk.AccountInfoQuery().setAccountId(account).setNodeAccountIds([...this.nodes]);
      const info = await query.execute(this.client);
      return info.isDeleted ? null : info;
    } catch (error) {
      if (['INVALID_ACCOUNT_ID', 'ACCOUNT_DELETED'].includes(codeOf(error) ?? '')) return null;
      throw toNetworkError(error);
    }
  }

  /** Whether it is the account's one key. */
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
        // By default the SDK replaces an id that has expired by one of its own, of which nobody would know.
        .setRegenerateTransactionId(false)
        .setNodeAccountIds([...this.nodes])
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

  private idOf(transactionId: string): TransactionId {
    return this.sdk.TransactionId.fromString(transactionId);
  }
}
