import { setTimeout as sleep } from 'node:timers/promises';
import { NetworkError } from './networks/ledger-network.js';

/** The outcome of a call to a network, or `unavailable` when it takes longer than `ms`: a driver must not hold us up. */
export async function within<T>(ms: number, call: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const tooLate = sleep(ms, undefined, { signal: answered.signal }).then(() => {
    throw new NetworkError('unavailable', `no answer within ${ms} ms`);
  });
  try {
    return await Promise.race([call, tooLate]);
  } finally {
    tooLate.catch(() => undefined);
    answered.abort();
  }
}
