/** Who does which kind of job. Each room registers its own in `onModuleInit`, before the worker begins. */
import { Injectable } from '@nestjs/common';
import type { JobHelpers } from 'graphile-worker';

export type Attempt = Pick<JobHelpers['job'], 'id' | 'attempts' | 'max_attempts'>;

/**
 * Does one job; a rejection means that it is tried again later, and its message is stored and logged, so it must hold no
 * secret. `stopping` rejects when the service cannot wait any longer.
 */
export type TaskHandler = (payload: unknown, attempt: Attempt, stopping: Promise<void>) => Promise<void>;

@Injectable()
export class QueueTasks {
  private readonly handlers = new Map<string, TaskHandler>();

  register(task: string, handler: TaskHandler): void {
    if (this.handlers.has(task)) throw new Error(`two handlers for the task ${task}`);
    this.handlers.set(task, handler);
  }

  get all(): ReadonlyMap<string, TaskHandler> {
    return this.handlers;
  }
}
