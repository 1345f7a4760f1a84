/**
 * Background work, as the rest of the service sees it: a job is added in the transaction that gives rise to it, so that
 * there is no commit without its job and no job without its commit. Some process of the service does it soon after, at
 * least once, across restarts.
 */
import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactions.service.js';

export interface NewJob {
  readonly task: string;
  /** Stands in the database as it is: no secret may be in it, and nothing that only some may read. */
  readonly payload: object;
  /** Of the jobs with one key that nobody has begun, only the newest stays. */
  readonly key?: string;
  /** Not before so many milliseconds from now. */
  readonly delayMs?: number;
}

const ADD_JOB = `
  SELECT graphile_worker.add_job($1, $2::json, job_key => $3,
    run_at => clock_timestamp() + $4 * interval '1 millisecond')`;

@Injectable()
export class JobQueue {
  async add(tx: Tx, { task, payload, key, delayMs = 0 }: NewJob): Promise<void> {
    await tx.query(ADD_JOB, [task, JSON.stringify(payload), key ?? null, delayMs]);
  }
}
