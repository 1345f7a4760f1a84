import { NetworkError } from './ledger-network.js';

/**
 * Returns the outcome of `work`, or throws `unavailable` after the limit. The work then continues unobserved, which its
 * transaction id makes safe.
 */
export async function withinLimit<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NetworkError('unavailable', `the network did not answer within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
