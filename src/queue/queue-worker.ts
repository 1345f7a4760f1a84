/**
 * Takes jobs from the queue, woken by NOTIFY at the commit and by a poll every two seconds. It outlives the database: the
 * queue's runner ends itself when it cannot settle a job, and is started again here.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { run, type Runner, type TaskList } from 'graphile-worker';
import type pg from 'pg';
import { queueLogger } from './queue-logger.js';
import { QueueTasks, type TaskHandler } from './queue-tasks.js';

export const QUEUE_POOL = Symbol('QUEUE_POOL');

/** Jobs at once in one process. More than there are lines for slow work, so that quick work always finds a free hand. */
export const CONCURRENCY = 6;
const RESTART_PAUSE_MS = 2_000;
const SWEEP_INTERVAL_MS = 30_000;

/**
 * No job takes longer than seconds. One that is held longer belongs to a process that was killed; the queue itself waits
 * 4 h. Should its process live after all, the job is done twice, which every task must bear anyway.
 */
const FREE_ABANDONED = `
  SELECT graphile_worker.force_unlock_workers(array_agg(DISTINCT locked_by)) FROM graphile_worker.jobs
  WHERE task_identifier = ANY ($1) AND locked_at < now() - interval '2 minutes'`;

@Injectable()
export class QueueWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(QueueWorker.name);
  private readonly stop = new AbortController();
  private runner: Runner | null = null;
  private running: Promise<void> = Promise.resolve();
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    @Inject(QUEUE_POOL) private readonly pool: pg.Pool,
    private readonly tasks: QueueTasks,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.freeAbandoned().then(() => this.runUntilStopped());
    this.sweeper = setInterval(() => void this.freeAbandoned(), SWEEP_INTERVAL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.sweeper);
    this.stop.abort();
    await this.stopRunner();
    await this.running;
    await this.pool.end();
  }

  private async runUntilStopped(): Promise<void> {
    while (!this.isStopping()) {
      await this.runOnce();
      // Aborted by the shutdown, which is then seen above.
      await sleep(RESTART_PAUSE_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  private async runOnce(): Promise<void> {
    try {
      this.runner = await run({
        pgPool: this.pool,
        // Without batches, a job that cannot be settled is a rejection that nobody handles, and the end of the process.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
        taskList: taskList(this.tasks.all),
        parsedCronItems: [],
        concurrency: CONCURRENCY,
        noHandleSignals: true,
        logger: queueLogger(this.logger),
      });
      if (this.isStopping()) await this.stopRunner();
      await this.runner.promise;
    } catch (error) {
      if (!this.isStopping()) this.logger.warn(`The job queue is not read now: ${(error as Error).message}`);
    }
  }

  private async stopRunner(): Promise<void> {
    // Rejects when it has just ended by itself, which is as good.
    await this.runner?.stop().catch(() => undefined);
  }

  private async freeAbandoned(): Promise<void> {
    await this.pool.query(FREE_ABANDONED, [[...this.tasks.all.keys()]]).catch((error: unknown) => {
      this.logger.warn(`Abandoned jobs are not looked for now: ${(error as Error).message}`);
    });
  }

  private isStopping(): boolean {
    return this.stop.signal.aborted;
  }
}

function taskList(handlers: ReadonlyMap<string, TaskHandler>): TaskList {
  return Object.fromEntries(
    [...handlers].map(([task, handler]) => [
      task,
      (payload, { job, abortPromise }) => handler(payload, job, abortPromise),
    ]),
  );
}
