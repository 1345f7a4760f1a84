/**
 * Submits what spends, exactly once. The transaction's id is committed before it is submitted; whoever comes after a crash,
 * after a lost answer or at the same time submits the same one, and of those who then settle it, one does (held by
 * test/guarantees/ledger/ledger-accounts.spec.ts). No transaction of ours is open while a network is asked.
 */
import { Injectable, Logger } from '@nestjs/common';
import { Transactions, type Tx } from '../../platform/database/transactions.service.js';
import type { Task } from '../../platform/queue/queue-tasks.service.js';
import { safeMessageOf } from '../../platform/logging/safe-message.js';
import { AccountJobs, type AccountJob } from './account-jobs.service.js';
import type { LedgerAccountRow } from '../account-row.js';
import { AccountWorkRepository, type PendingTransaction, type TransactionKind } from './account-work.repository.js';
import { NetworkError } from '../networks/ledger-network.js';

/** Writes down what came of it, with the account locked. */
export type Settlement = (tx: Tx, account: LedgerAccountRow) => Promise<void>;

export interface SpendingTask {
  readonly kind: TransactionKind;
  /** The transaction to submit if there is none on record; `null` when nothing is to be done. */
  prepare(tx: Tx, account: LedgerAccountRow): Promise<PendingTransaction | null>;
  submit(account: LedgerAccountRow, transaction: PendingTransaction): Promise<Settlement>;
  /** The network will never do it. */
  refused(reason: string): Settlement;
}

interface Prepared {
  readonly account: LedgerAccountRow;
  readonly transaction: PendingTransaction;
}

const LATER = Symbol('later');
/** An id lives for minutes, so a second one that is expired at once means that clocks disagree. */
const MOST_IDS = 3;

/**
 * As long as a network that answers takes, with its limit of requests used up. A job that takes longer is done by a second
 * process at the same time, which is harmless: both find one transaction on record and submit that one, of which the network
 * makes one; it is settled by whoever deletes the record, under the account's lock; and whoever of them comes too late for
 * that finds another record or none, and no settlement is his. A job that both add for later stands under one key.
 */
const LONGEST_MS = 30_000;

@Injectable()
export class Submissions {
  private readonly logger = new Logger(Submissions.name);

  constructor(
    private readonly transactions: Transactions,
    private readonly work: AccountWorkRepository,
    private readonly jobs: AccountJobs,
  ) {}

  /** What the queue has to know of this kind of work. */
  taskFor(task: SpendingTask): Task {
    return {
      lane: 'slow',
      leaseMs: LONGEST_MS,
      handler: (job, _, stopping) => this.carryOut(task, job as AccountJob, stopping),
    };
  }

  /** Ends quietly when the account is gone. `stopping` rejects when the service cannot wait any longer. */
  private async carryOut(task: SpendingTask, job: AccountJob, stopping: Promise<void>): Promise<void> {
    for (let ids = 0; ids < MOST_IDS; ids += 1) {
      const prepared = await this.prepare(task, job.accountId);
      if (prepared === null) return;
      if (prepared === LATER) break;
      const settlement = await Promise.race([this.submit(task, prepared), stopping]);
      if (settlement === LATER) break;
      const { account, transaction } = prepared;
      await this.settle(account.id, transaction, settlement ?? (async () => undefined));
      if (settlement) return;
    }
    await this.transactions.run((tx) => this.jobs.addLater(tx, task.kind, job));
  }

  private async prepare(task: SpendingTask, accountId: string): Promise<Prepared | typeof LATER | null> {
    return this.transactions.run(async (tx) => {
      const account = await this.work.lockAccount(tx, accountId);
      if (!account) return null;
      const onRecord = await this.work.findTransaction(tx, accountId, task.kind);
      const transaction = onRecord ?? (await task.prepare(tx, account));
      if (!transaction) return null;
      // What is on record may be under way already, and has to be followed to its end.
      if (onRecord) return { account, transaction };
      if (await this.work.hasSuspendedOwner(tx, accountId)) return LATER;
      await this.work.insertTransaction(tx, accountId, task.kind, transaction);
      return { account, transaction };
    });
  }

  /** Nothing when the id is of no use any more and another one is to be chosen. */
  private async submit(
    task: SpendingTask,
    { account, transaction }: Prepared,
  ): Promise<Settlement | typeof LATER | undefined> {
    try {
      return await task.submit(account, transaction);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      this.logger.warn(`The ${task.kind} of ledger account ${account.id} is ${error.fault}: ${safeMessageOf(error)}`);
      if (error.fault === 'expired') return undefined;
      return error.fault === 'rejected' ? task.refused(error.message) : LATER;
    }
  }

  private async settle(
    accountId: string,
    { transactionId }: PendingTransaction,
    settlement: Settlement,
  ): Promise<void> {
    await this.transactions.run(async (tx) => {
      const account = await this.work.lockAccount(tx, accountId);
      if (account && (await this.work.deleteTransaction(tx, accountId, transactionId))) await settlement(tx, account);
    });
  }
}
