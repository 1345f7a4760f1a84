/** Task that refills an account up to its limit. Reconciliation requests it, at most once a day. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactions.service.js';
import { QueueTasks } from '../../platform/queue/queue-tasks.service.js';
import type { LedgerAccountRow } from '../account-row.js';
import { LedgerNetworks, NetworkError } from '../networks/ledger-network.js';
import { isSameAccount } from '../reconciliation/reconciliation.service.js';
import { ACCOUNT_TASKS } from './account-jobs.service.js';
import { AccountWorkRepository, type PendingTransaction } from './account-work.repository.js';
import { Submissions, type Settlement, type SpendingTask } from './submissions.service.js';

@Injectable()
export class AccountRefillTask implements SpendingTask, OnModuleInit {
  readonly kind = 'refill';

  constructor(
    private readonly networks: LedgerNetworks,
    private readonly submissions: Submissions,
    private readonly work: AccountWorkRepository,
    private readonly tasks: QueueTasks,
  ) {}

  onModuleInit(): void {
    this.tasks.register(ACCOUNT_TASKS.refill, this.submissions.taskFor(this));
  }

  async prepare(tx: Tx, account: LedgerAccountRow): Promise<PendingTransaction | null> {
    const { id, network, status, accountNumber, scheduledForDisbursement, balance, balanceLimit } = account;
    if (!scheduledForDisbursement || status !== 'active' || accountNumber === null) return null;
    const amount = balanceLimit - balance;
    if (amount > 0n) return { transactionId: this.networks.newTransactionId(network), accountNumber, amount };
    await this.work.markNotDisbursed(tx, id, { refused: false });
    return null;
  }

  /** The network may have been reset since the request, and the number may belong to another account now. */
  async submit(account: LedgerAccountRow, transaction: PendingTransaction): Promise<Settlement> {
    const { transactionId, accountNumber, amount } = transaction;
    if (accountNumber === null || amount === null) throw new Error('a refill without a number or an amount');
    const state = await this.networks.findAccount(account.network, accountNumber);
    if (!isSameAccount(account, state)) throw new NetworkError('rejected', `0.0.${accountNumber} is not there`);
    await this.networks.refill(account.network, { transactionId, accountNumber, amount });
    return (tx) => this.work.markDisbursed(tx, account.id, amount);
  }

  refused(): Settlement {
    return (tx, { id }) => this.work.markNotDisbursed(tx, id, { refused: true });
  }
}
