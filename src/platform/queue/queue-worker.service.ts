/**
 * Takes jobs from the queue, woken by NOTIFY at the commit and by a poll every two seconds. It outlives the database: the
 * queue's runner ends itself when it cannot settle a job, and is started again here.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { run, type Runner, type TaskList } from 'graphile-worker';
import { queueLogger } from './queue-logger.js';
import { QueuePool } from './queue-pool.js';
import { HANDS, QueueTasks, type Hands } from './queue-tasks.service.js';
import { safeMessageOf } from '../logging/safe-message.js';

const RESTART_PAUSE_MS = 2_000;
const SWEEP_INTERVAL_MS = 10_000;

/** The queue itself waits 4 h, and frees all jobs of a process, also those that one which lives has just begun. */
const FREE_ABANDONED = `
  UPDATE graphile_worker._private_jobs j SET locked_by = NULL, locked_at = NULL
  FROM graphile_worker._private_tasks t JOIN unnest($1::text[], $2::integer[]) AS known (task, longest_ms)
    ON known.task = t.identifier
  WHERE j.task_id = t.id AND j.locked_at < now() - known.longest_ms * interval '1 millisecond'`;

@Injectable()
export class QueueWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(QueueWorker.name);
  private readonly stop = new AbortController();
  private readonly runners = new Map<Hands, Runner>();
  private running: Promise<unknown> = Promise.resolve();
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: QueuePool,
    private readonly tasks: QueueTasks,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.freeAbandoned().then(() =>
      Promise.all([this.runUntilStopped('quick'), this.runUntilStopped('slow')]),
    );
    this.sweeper = setInterval(() => void this.freeAbandoned(), SWEEP_INTERVAL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.sweeper);
    this.stop.abort();
    await Promise.all([this.stopRunner('quick'), this.stopRunner('slow')]);
    await this.running;
    await this.pool.end();
  }

  private async runUntilStopped(hands: Hands): Promise<void> {
    while (!this.isStopping()) {
      await this.runOnce(hands);
      // Aborted by the shutdown, which is then seen above.
      await sleep(RESTART_PAUSE_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  private async runOnce(hands: Hands): Promise<void> {
    try {
      const runner = await run({
        pgPool: this.pool,
        // Without batches, a job that cannot be settled is a rejection that nobody handles, and the end of the process.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
        taskList: taskList(this.tasks, hands),
        parsedCronItems: [],
        concurrency: HANDS[hands],
        noHandleSignals: true,
        logger: queueLogger(this.logger),
      });
      this.runners.set(hands, runner);
      if (this.isStopping()) await this.stopRunner(hands);
      await runner.promise;
    } catch (error) {
      if (!this.isStopping()) this.logger.warn(`The job queue is not read now: ${safeMessageOf(error)}`);
    }
  }

  private async stopRunner(hands: Hands): Promise<void> {
    // Rejects when it has just ended by itself, which is as good.
    await this.runners
      .get(hands)
      ?.stop()
      .catch(() => undefined);
  }

  private async freeAbandoned(): Promise<void> {
    const limits = [...this.tasks.all.values()].map(({ longestMs }) => longestMs);
    await this.pool.query(FREE_ABANDONED, [[...this.tasks.all.keys()], limits]).catch((error: unknown) => {
      this.logger.warn(`Abandoned jobs are not looked for now: ${safeMessageOf(error)}`);
    });
  }

  private isStopping(): boolean {
    return this.stop.signal.aborted;
  }
}

function taskList({ all }: QueueTasks, hands: Hands): TaskList {
  const tasks = [...all].filter(([, task]) => task.hands === hands);
  return Object.fromEntries(
    tasks.map(([name, { handler }]) => [name, (payload, { job, abortPromise }) => handler(payload, job, abortPromise)]),
  );
}
