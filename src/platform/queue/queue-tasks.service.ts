/** Who does which kind of job. Each room registers its own in `onModuleInit`, before the worker begins. */
import { Injectable } from '@nestjs/common';
import type { JobHelpers } from 'graphile-worker';

export type Attempt = Pick<JobHelpers['job'], 'id' | 'attempts' | 'max_attempts'>;

/**
 * Does one job; a rejection means that it is tried again later, and its message is stored and logged, so it must hold no
 * secret. `stopping` rejects when the service cannot wait any longer.
 */
export type TaskHandler = (payload: unknown, attempt: Attempt, stopping: Promise<void>) => Promise<void>;

/**
 * Jobs at once in one process. What waits for others for seconds has hands of its own, so that it takes none from the rest,
 * whatever hangs. No line over all processes stands in between: it would stand still while a killed process is its head.
 */
export const HANDS = { quick: 3, slow: 4 } as const;
export type Hands = keyof typeof HANDS;

export interface Task {
  readonly handler: TaskHandler;
  readonly hands: Hands;
  /**
   * A job that is held longer belongs to a process that was killed, and is free for others. Should that process live after
   * all, the job is done twice, which every task must bear anyway.
   */
  readonly longestMs: number;
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
