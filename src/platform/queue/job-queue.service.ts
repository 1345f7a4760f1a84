/**
 * The interface for background jobs: a job is added in the transaction that causes it. There is no commit without its
 * job, and no job without its commit. A process of the service runs it soon after, at least once, across restarts.
 */
import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactions.service.js';

export interface NewJob {
  readonly task: string;
  /** Stored in the database as it is: it must contain no secret, and nothing confidential. */
  readonly payload: object;
  /** Of the waiting jobs with one key, only the newest is kept. */
  readonly key?: string;
  /** The minimum delay in milliseconds. */
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
