/**
 * WRONG ON PURPOSE, for the harness to detect: when a fence times out or cannot reach the database, the requests that
 * waited for it are answered from the cache. The cache is then cleared as it should be. So only requests of the first
 * failing fence get wrong responses.
 */
import { DatabaseClock } from '../../src/platform/database/database-clock.service.js';
import type { FactCache } from '../../src/verification/fact-cache.js';
import { Fence } from '../../src/verification/fence.js';
import type { PendingVerification } from '../../src/verification/pending-verifications.js';
import { serveVariant } from './serve-variant.js';

/** Private members of the fence. */
interface FenceInternals {
  readonly cache: FactCache;
  confirmAll(verifications: readonly PendingVerification[]): Promise<void>;
}

await serveVariant(async (app) => {
  const fence = app.get<unknown>(Fence, { strict: false }) as FenceInternals;
  const clock = app.get(DatabaseClock, { strict: false });
  const confirmAll = fence.confirmAll.bind(fence);
  fence.confirmAll = async (verifications) => {
    try {
      await confirmAll(verifications);
    } catch (error) {
      for (const verification of verifications) answer(verification, fence.cache, clock);
      throw error;
    }
  };
});

function answer(verification: PendingVerification, cache: FactCache, clock: DatabaseClock): void {
  const facts = cache.find(verification.wanted);
  if (facts && !verification.isSettled) verification.confirm({ facts, now: clock.advance(new Date(0)) });
}
