import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds, or fails: the limit is far above what a busy machine takes. */
export async function until(holds: () => boolean | Promise<boolean>, patienceMs = 40_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`still not so: ${holds.toString()}`);
    await sleep(20);
  }
}
