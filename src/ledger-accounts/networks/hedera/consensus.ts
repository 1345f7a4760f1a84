/** The consensus nodes of one network, as few questions. Throws `NetworkError` only. */
import { randomInt } from 'node:crypto';
import type { HederaNetworkConfig } from '../../../../config/app-config.js';
import type { AccountCreation, Refill } from '../ledger-network.js';
import { VALID_SECONDS } from '../transaction-id.js';
import { openClient } from './hedera-client.js';
import type { Outcome } from './mirror.js';
import type { AccountId, AccountInfo, Client, HederaSdk, Transaction, TransactionId } from './sdk.js';
import { codeOf, toNetworkError } from './status.js';

/** A receipt takes some seconds, during which nodes answer UNKNOWN or that there is none. The time limit ends it before. */
const RECEIPT_ATTEMPTS = 250;
const RECEIPT_PAUSE_MS = 250;
/** As many nodes are asked for a receipt that is rather not there: any of them may be behind. */
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

  /** The outcome, waiting for it. When asked `at once`, an id that the nodes have not heard of answers `null`. */
  async findOutcome(transactionId: string, patience: 'wait' | 'at once'): Promise<Outcome | null> {
    const query = new this.sdk.TransactionReceiptQuery()
      .setTransactionId(this.idOf(transactionId))
      .setNodeAccountIds(this.nodesFromAny())
      // A failure is an outcome like any other, and not an error of asking.
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

  /** `null` when there is no such account, or it was deleted. Costs a small fee. */
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

  /** All nodes, beginning with any of them, which spreads the load and what a dead one costs. */
  private nodesFromAny(): AccountId[] {
    const first = randomInt(this.nodes.length);
    return [...this.nodes.slice(first), ...this.nodes.slice(0, first)];
  }

  private idOf(transactionId: string): TransactionId {
    return this.sdk.TransactionId.fromString(transactionId);
  }
}
