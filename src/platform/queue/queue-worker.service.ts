/**
 * The worker that takes jobs from the queue, woken by NOTIFY at the commit and by a poll every two seconds. It survives
 * database outages: the queue's runner ends itself when it cannot complete a job, and is restarted here.
 */
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger as QueueLogger, run, type LogLevel, type Runner, type TaskList } from 'graphile-worker';
import { setTimeout as sleep } from 'node:timers/promises';
import { safeMessageOf, withoutQuotations } from '../logging/safe-message.js';
import { QueuePool } from './queue-pool.js';
import { LANES, QueueTasks, type Lane } from './queue-tasks.service.js';

const RESTART_PAUSE_MS = 2_000;
const SWEEP_INTERVAL_MS = 10_000;

/** The queue's own release takes 4 h and releases all jobs of a process, even those just started by a living one. */
const RELEASE_ABANDONED = `
  UPDATE graphile_worker._private_jobs j SET locked_by = NULL, locked_at = NULL
  FROM graphile_worker._private_tasks t JOIN unnest($1::text[], $2::integer[]) AS known (task, lease_ms)
    ON known.task = t.identifier
  WHERE j.task_id = t.id AND j.locked_at < now() - known.lease_ms * interval '1 millisecond'`;

@Injectable()
export class QueueWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(QueueWorker.name);
  private readonly stop = new AbortController();
  private readonly runners = new Map<Lane, Runner>();
  private running: Promise<unknown> = Promise.resolve();
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: QueuePool,
    private readonly tasks: QueueTasks,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.releaseAbandoned().then(() =>
      Promise.all([this.runUntilStopped('quick'), this.runUntilStopped('slow')]),
    );
    this.sweeper = setInterval(() => void this.releaseAbandoned(), SWEEP_INTERVAL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.sweeper);
    this.stop.abort();
    await Promise.all([this.stopRunner('quick'), this.stopRunner('slow')]);
    await this.running;
    await this.pool.end();
  }

  private async runUntilStopped(lane: Lane): Promise<void> {
    while (!this.isStopping()) {
      await this.runOnce(lane);
      // The shutdown aborts the pause; the loop then ends.
      await sleep(RESTART_PAUSE_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  private async runOnce(lane: Lane): Promise<void> {
    try {
      const runner = await run({
        pgPool: this.pool,
        // Without batches, a job that cannot be completed is an unhandled rejection, which ends the process.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
        taskList: taskList(this.tasks, lane),
        parsedCronItems: [],
        concurrency: LANES[lane],
        noHandleSignals: true,
        logger: queueLogger(this.logger),
      });
      this.runners.set(lane, runner);
      if (this.isStopping()) await this.stopRunner(lane);
      await runner.promise;
    } catch (error) {
      if (!this.isStopping()) this.logger.warn(`The job queue is not read now: ${safeMessageOf(error)}`);
    }
  }

  private async stopRunner(lane: Lane): Promise<void> {
    // Rejects when the runner has just ended by itself, which is just as good.
    await this.runners
      .get(lane)
      ?.stop()
      .catch(() => undefined);
  }

  private async releaseAbandoned(): Promise<void> {
    const limits = [...this.tasks.all.values()].map(({ leaseMs }) => leaseMs);
    await this.pool.query(RELEASE_ABANDONED, [[...this.tasks.all.keys()], limits]).catch((error: unknown) => {
      this.logger.warn(`Abandoned jobs are not looked for now: ${safeMessageOf(error)}`);
    });
  }

  private isStopping(): boolean {
    return this.stop.signal.aborted;
  }
}

function taskList({ all }: QueueTasks, lane: Lane): TaskList {
  const tasks = [...all].filter(([, task]) => task.lane === lane);
  return Object.fromEntries(
    tasks.map(([name, { handler }]) => [name, (payload, { job, abortPromise }) => handler(payload, job, abortPromise)]),
  );
}

/** The queue's log lines in the service's log, without their metadata (it contains whole jobs) and without stacks. */
function queueLogger(logger: Logger): QueueLogger {
  return new QueueLogger(() => (level: LogLevel | `${LogLevel}`, message: string) => {
    const [first = ''] = message.split('\n', 1);
    // A data exception of PostgreSQL appears without its code: its quotations are values.
    const line = withoutQuotations(first).replaceAll(/"[^"]*"/g, '"…"');
    if (level === 'error' || level === 'warning') logger.warn(line);
    else logger.debug(line);
  });
}
