/**
 * Submits spending transactions exactly once. The transaction's id is committed before its submission. A retry after a
 * crash or a lost response, and a concurrent job, submit the same id; only one of them settles it (tested by
 * test/guarantees/ledger/ledger-accounts.spec.ts). No database transaction is open during a network call.
 */
import { Injectable, Logger } from '@nestjs/common';
import { Transactions, type Tx } from '../../platform/database/transactions.service.js';
import { safeMessageOf } from '../../platform/logging/safe-message.js';
import type { Task } from '../../platform/queue/queue-tasks.service.js';
import type { LedgerAccountRow } from '../account-row.js';
import { NetworkError } from '../networks/ledger-network.js';
import { AccountJobs, type AccountJob } from './account-jobs.service.js';
import { AccountWorkRepository, type PendingTransaction, type TransactionKind } from './account-work.repository.js';

/** Writes the result, with the account's row locked. */
export type Settlement = (tx: Tx, account: LedgerAccountRow) => Promise<void>;

export interface SpendingTask {
  readonly kind: TransactionKind;
  /** Returns the transaction to submit when none is on record; `null` when nothing is to be done. */
  prepare(tx: Tx, account: LedgerAccountRow): Promise<PendingTransaction | null>;
  submit(account: LedgerAccountRow, transaction: PendingTransaction): Promise<Settlement>;
  /** Returns the settlement for a transaction that the network refuses for good. */
  refused(reason: string): Settlement;
}

interface Prepared {
  readonly account: LedgerAccountRow;
  readonly transaction: PendingTransaction;
}

const LATER = Symbol('later');
/**
 * Limit on ids in one job. An id is valid for minutes, so a second one that is expired at once means that clocks
 * disagree.
 */
const MAX_IDS = 3;

/**
 * Lease of one job: the time of a responding network whose limit of requests is used up. A job that exceeds it is
 * started by a second process too. That is safe: both submit the transaction id on record and the network executes it
 * once. Only the process that deletes the record, under the account's lock, applies the result. A retry that both add
 * has one job key.
 */
const LEASE_MS = 30_000;

@Injectable()
export class Submissions {
  private readonly logger = new Logger(Submissions.name);

  constructor(
    private readonly transactions: Transactions,
    private readonly work: AccountWorkRepository,
    private readonly jobs: AccountJobs,
  ) {}

  /** Task for the queue. */
  taskFor(task: SpendingTask): Task {
    return {
      lane: 'slow',
      leaseMs: LEASE_MS,
      handler: (job, _, stopping) => this.carryOut(task, job as AccountJob, stopping),
    };
  }

  /**
   * Ends silently when the account was deleted. `stopping` rejects when the service shuts down and cannot wait any
   * longer.
   */
  private async carryOut(task: SpendingTask, job: AccountJob, stopping: Promise<void>): Promise<void> {
    for (let ids = 0; ids < MAX_IDS; ids += 1) {
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
      // A transaction on record may have been submitted already, so its outcome must be determined.
      if (onRecord) return { account, transaction };
      if (await this.work.hasSuspendedOwner(tx, accountId)) return LATER;
      await this.work.insertTransaction(tx, accountId, task.kind, transaction);
      return { account, transaction };
    });
  }

  /** Returns `undefined` when the id has expired and another one is to be chosen. */
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
