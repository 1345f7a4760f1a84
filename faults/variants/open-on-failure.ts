/**
 * WRONG ON PURPOSE, for the harness to convict: when a fence fails, because it takes too long or the database cannot be
 * reached, those who waited for it are answered from memory. What is remembered is then forgotten, as it should be, so
 * that only the requests of the first fence that fails are answered wrongly.
 */
import { DatabaseClock } from '../../src/platform/database/database-clock.service.js';
import { Fence } from '../../src/verification/fence.js';
import type { FactCache } from '../../src/verification/fact-cache.js';
import type { Waiter } from '../../src/verification/pending-verifications.js';
import { serveVariant } from './serve-variant.js';

/** What the fence keeps for itself. */
interface Inside {
  readonly memory: FactCache;
  pass(waiters: readonly Waiter[]): Promise<void>;
}

await serveVariant(async (app) => {
  const fence = app.get<unknown>(Fence, { strict: false }) as Inside;
  const clock = app.get(DatabaseClock, { strict: false });
  const pass = fence.pass.bind(fence);
  fence.pass = async (waiters) => {
    try {
      await pass(waiters);
    } catch (error) {
      for (const waiter of waiters) answer(waiter, fence.memory, clock);
      throw error;
    }
  };
});

function answer(waiter: Waiter, memory: FactCache, clock: DatabaseClock): void {
  const facts = memory.find(waiter.wanted);
  if (facts && !waiter.isSettled) waiter.confirm({ facts, now: clock.advance(new Date(0)) });
}
