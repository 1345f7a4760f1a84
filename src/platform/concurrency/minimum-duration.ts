/** Hides how long a short piece of work took: an answer that comes sooner for unknown addresses names the known ones. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs the work and answers its outcome, good or bad, no sooner than after `ms` milliseconds. */
export async function withMinimumDuration<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const [outcome] = await Promise.allSettled([work(), sleep(ms)]);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
