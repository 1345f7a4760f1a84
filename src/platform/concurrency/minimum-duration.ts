/**
 * A minimum duration for timing-sensitive work: a faster response for unknown addresses would reveal the known ones.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs the work and settles with its outcome, fulfilled or rejected, no sooner than after `ms` milliseconds. */
export async function withMinimumDuration<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const [outcome] = await Promise.allSettled([work(), sleep(ms)]);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
