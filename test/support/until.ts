import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds, or throws: the limit is far above the time on a busy machine. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 40_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`still not so: ${holds.toString()}`);
    await sleep(20);
  }
}
