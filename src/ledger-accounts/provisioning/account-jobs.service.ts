/** Queue jobs of ledger accounts. A job names an account and carries no data of it. */
import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactions.service.js';
import { JobQueue } from '../../platform/queue/job-queue.service.js';

export const ACCOUNT_TASKS = { creation: 'ledger-account-creation', refill: 'ledger-account-refill' } as const;
export type AccountTask = keyof typeof ACCOUNT_TASKS;

export interface AccountJob {
  readonly accountId: string;
  /** Attempts since the request for which the network was unreachable or busy. */
  readonly tries: number;
}

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 5 * 60_000;

@Injectable()
export class AccountJobs {
  constructor(private readonly queue: JobQueue) {}

  async add(tx: Tx, task: AccountTask, job: AccountJob, delayMs = 0): Promise<void> {
    const key = `${ACCOUNT_TASKS[task]}:${job.accountId}`;
    await this.queue.add(tx, { task: ACCOUNT_TASKS[task], payload: job, key, delayMs });
  }

  /** Adds the same job with a delay, which doubles from attempt to attempt up to five minutes. */
  async addLater(tx: Tx, task: AccountTask, { accountId, tries }: AccountJob): Promise<void> {
    const pause = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 20));
    // Random jitter, so that jobs that failed together do not retry together.
    await this.add(tx, task, { accountId, tries: tries + 1 }, pause * (0.75 + Math.random() / 4));
  }
}
