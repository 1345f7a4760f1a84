/** The handlers of each kind of job. Each module registers its own in `onModuleInit`, before the worker starts. */
import { Injectable } from '@nestjs/common';
import type { JobHelpers } from 'graphile-worker';

export type Attempt = Pick<JobHelpers['job'], 'id' | 'attempts' | 'max_attempts'>;

/**
 * Runs one job. A rejection means a later retry; its message is stored and logged, so it must contain no secret.
 * `stopping` rejects when the service cannot wait any longer.
 */
export type TaskHandler = (payload: unknown, attempt: Attempt, stopping: Promise<void>) => Promise<void>;

/**
 * The number of concurrent jobs of each lane in one process. Tasks that wait for other systems for seconds have a lane
 * of their own, so that they never block the rest. No named queue orders jobs over all processes: it would stall while
 * a killed process holds its first job.
 */
export const LANES = { quick: 3, slow: 4 } as const;
export type Lane = keyof typeof LANES;

export interface Task {
  readonly handler: TaskHandler;
  readonly lane: Lane;
  /**
   * The lease of one job. A job locked longer belongs to a killed process and is released to the others. If that
   * process lives after all, the job runs twice, which every task must tolerate.
   */
  readonly leaseMs: number;
}

@Injectable()
export class QueueTasks {
  private readonly tasks = new Map<string, Task>();

  register(name: string, task: Task): void {
    if (this.tasks.has(name)) throw new Error(`two handlers for the task ${name}`);
    this.tasks.set(name, task);
  }

  get all(): ReadonlyMap<string, Task> {
    return this.tasks;
  }
}
