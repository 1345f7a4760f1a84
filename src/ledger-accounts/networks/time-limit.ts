import { NetworkError } from './ledger-network.js';

/** The work's outcome, or `unavailable` when it takes longer; it then goes on unheard, which its transaction id allows for. */
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
