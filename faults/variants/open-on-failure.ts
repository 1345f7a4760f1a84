/**
 * WRONG ON PURPOSE, for the harness to detect: when a fence times out or cannot reach the database, the requests that
 * waited for it are answered from the cache. The cache is then cleared as it should be. So only requests of the first
 * failing fence get wrong responses.
 */
import { DatabaseClock } from '../../src/platform/database/database-clock.service.js';
import { Fence } from '../../src/verification/fence.js';
import type { FactCache } from '../../src/verification/fact-cache.js';
import type { Waiter } from '../../src/verification/pending-verifications.js';
import { serveVariant } from './serve-variant.js';

/** Private members of the fence. */
interface FenceInternals {
  readonly memory: FactCache;
  pass(waiters: readonly Waiter[]): Promise<void>;
}

await serveVariant(async (app) => {
  const fence = app.get<unknown>(Fence, { strict: false }) as FenceInternals;
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
