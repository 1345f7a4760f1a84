/**
 * One real network. The outcome of a transaction id is determined in this order: submitting it (again), its receipt,
 * which nodes keep for three minutes, and the mirror, which keeps it for good.
 */
import type { HederaNetworkConfig } from '../../../../config/app-config.js';
import { NetworkError, type AccountCreation, type LedgerAccountState, type Refill } from '../ledger-network.js';
import { makeTransactionId, parseTransactionId } from '../transaction-id.js';
import { Consensus, type Submission } from './consensus.js';
import { Mirror, type Outcome } from './mirror.js';
import type { HederaSdk } from './sdk.js';
import { faultOfOutcome } from './status.js';

export class HederaNetwork {
  private readonly consensus: Consensus;
  private readonly mirror: Mirror | null;
  private readonly operatorId: string;

  constructor(sdk: HederaSdk, config: HederaNetworkConfig, timeoutMs: number) {
    this.consensus = new Consensus(sdk, config, timeoutMs);
    this.mirror = config.mirrorUrl === null ? null : new Mirror(config.mirrorUrl, timeoutMs);
    this.operatorId = config.operatorId;
  }

  newTransactionId(): string {
    return makeTransactionId(this.operatorId);
  }

  /**
   * Looks up an account. A mirror that does not know it may lag behind, or may date from before a reset. Then the
   * consensus nodes are asked, for a fee; only they can say that an account is gone.
   */
  async findAccount(accountNumber: string): Promise<LedgerAccountState | null> {
    const account = `0.0.${accountNumber}`;
    const mirrored = await this.mirror?.findAccount(account);
    if (mirrored) return mirrored;
    const info = await this.consensus.findAccount(account);
    return info && { balance: BigInt(info.balance.toTinybars().toString()), publicKey: info.key.toString() };
  }

  async createAccount(creation: AccountCreation): Promise<string> {
    const { transactionId, publicKey } = creation;
    const submission = await this.submit(transactionId, () => this.consensus.submitCreation(creation));
    const { account } = await this.settle(transactionId, submission);
    if (submission !== 'accepted') await this.requireKey(transactionId, account, publicKey);
    if (account === null) throw new NetworkError('expired', `${transactionId} created nothing`);
    return account.replace('0.0.', '');
  }

  async refill(refill: Refill): Promise<void> {
    const { transactionId } = refill;
    const submission = await this.submit(transactionId, () => this.consensus.submitRefill(refill));
    await this.settle(transactionId, submission);
  }

  close(): void {
    this.consensus.close();
  }

  /** An id of another operator, from before a change of configuration, can only be looked up. */
  private async submit(transactionId: string, send: () => Promise<Submission>): Promise<Submission> {
    const parts = parseTransactionId(transactionId);
    if (parts === null) throw new NetworkError('expired', 'no transaction has such an id');
    return parts.payer === this.operatorId ? send() : 'expired';
  }

  private async settle(transactionId: string, submission: Submission): Promise<Outcome> {
    const outcome =
      submission === 'expired'
        ? await this.findPastOutcome(transactionId)
        : await this.consensus.findOutcome(transactionId, 'wait');
    if (outcome?.code === 'SUCCESS') return outcome;
    const code = outcome?.code ?? 'TRANSACTION_EXPIRED';
    throw new NetworkError(faultOfOutcome(code), `${transactionId} came to ${code}`);
  }

  /** Returns `null` when the transaction never happened. Throws `unavailable` until that is certain. */
  private async findPastOutcome(transactionId: string): Promise<Outcome | null> {
    const outcome =
      (await this.consensus.findOutcome(transactionId, 'at once')) ?? (await this.mirror?.findOutcome(transactionId));
    if (outcome) return outcome;
    if (this.mirror === null || (await this.mirror.isBeyondValidity(transactionId))) return null;
    throw new NetworkError('unavailable', `the mirror has not heard yet what became of ${transactionId}`);
  }

  /**
   * Throws unless the account has this key. If two processes ever chose the same id, they would share one account, and
   * one of them would have no key to it.
   */
  private async requireKey(transactionId: string, account: string | null, publicKey: string): Promise<void> {
    const info = account === null ? null : await this.consensus.findAccount(account);
    if (info !== null && this.consensus.hasKey(info, publicKey)) return;
    throw new NetworkError('expired', `${transactionId} names another transaction`);
  }
}
