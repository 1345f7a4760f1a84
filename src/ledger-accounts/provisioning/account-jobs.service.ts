/** The jobs of this room, as they stand in the queue: they name an account, and nothing of it. */
import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactions.service.js';
import { JobQueue } from '../../platform/queue/job-queue.service.js';

export const ACCOUNT_TASKS = { creation: 'ledger-account-creation', refill: 'ledger-account-refill' } as const;
export type AccountTask = keyof typeof ACCOUNT_TASKS;

export interface AccountJob {
  readonly accountId: string;
  /** How often the network could not be reached, or was busy, since the work was asked for. */
  readonly tries: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

@Injectable()
export class AccountJobs {
  constructor(private readonly queue: JobQueue) {}

  async add(tx: Tx, task: AccountTask, job: AccountJob, delayMs = 0): Promise<void> {
    const key = `${ACCOUNT_TASKS[task]}:${job.accountId}`;
    await this.queue.add(tx, { task: ACCOUNT_TASKS[task], payload: job, key, delayMs });
  }

  /** The same once more after a pause, which doubles from try to try up to five minutes. */
  async addLater(tx: Tx, task: AccountTask, { accountId, tries }: AccountJob): Promise<void> {
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 20));
    // Spread, so that what failed together does not come back together.
    await this.add(tx, task, { accountId, tries: tries + 1 }, pause * (0.75 + Math.random() / 4));
  }
}
