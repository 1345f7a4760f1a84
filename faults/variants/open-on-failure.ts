/**
 * WRONG ON PURPOSE, for the harness to convict: when a fence fails, because it takes too long or the database cannot be
 * reached, those who waited for it are answered from cache. What is remembered is then forgotten, as it should be, so
 * that only the requests of the first fence that fails are answered wrongly.
 */
import { DatabaseClock } from '../../src/platform/database/database-clock.service.js';
import { Fence } from '../../src/verification/fence.js';
import type { FactCache } from '../../src/verification/fact-cache.js';
import type { PendingVerification } from '../../src/verification/pending-verifications.js';
import { serveVariant } from './serve-variant.js';

/** What the fence keeps for itself. */
interface Inside {
  readonly cache: FactCache;
  confirmAll(verifications: readonly PendingVerification[]): Promise<void>;
}

await serveVariant(async (app) => {
  const fence = app.get<unknown>(Fence, { strict: false }) as Inside;
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
