/**
 * WRONG ON PURPOSE, for the harness to detect: a verdict that cannot be confirmed in time is answered as it was last
 * confirmed, however long ago.
 */
import type { Confirmed, Wanted } from '../../src/verification/credential-facts.js';
import { Fence } from '../../src/verification/fence.js';
import { serveVariant } from './serve-variant.js';

const latest = new Map<string, Confirmed>();

await serveVariant(async (app) => {
  const fence = app.get(Fence, { strict: false });
  const confirm = fence.confirm.bind(fence);
  fence.confirm = async (wanted: Wanted) => {
    const key = JSON.stringify(wanted);
    try {
      const confirmed = await confirm(wanted);
      latest.set(key, confirmed);
      return confirmed;
    } catch (error) {
      const known = latest.get(key);
      if (known) return known;
      throw error;
    }
  };
});
