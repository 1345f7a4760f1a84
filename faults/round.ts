/**
 * Round: credentials are probed on warm connections, a fault begins, all are revoked at once. Each is probed again
 * right after its acknowledgement. After the fault every instance must respond conclusively again, without a restart
 * that is no part of the fault.
 */
import type { ConnectionPool } from './connection-pool.js';
import type { History } from './history.js';
import { Observation } from './observation.js';
import type { Case } from './revocations/revocation-case.js';

/** Fault of a round; each step is awaited. */
export interface Fault {
  /** Instances that receive the revocations; all of them by default. */
  readonly revokers?: readonly string[];
  /**
   * Instances without probes between the first ones and the end of the silence. A variant may hide its failure behind
   * the requests in flight when the fault began, by clearing its cache after them. Here nothing is in flight: the first
   * request arrives after the acknowledgement.
   */
  readonly silent?: readonly string[];
  /** End of the silence: when each revocation was answered or lost, or as soon as the fault has begun. */
  readonly silence?: 'until answered' | 'until begun';
  /** Runs after the first probes, before anything is revoked. */
  before?(): Promise<void> | void;
  /** Runs when all revocations have just been sent. */
  sent?(): Promise<void> | void;
  /** Runs at each acknowledgement, after the probes of that moment were sent, with the number of acknowledgements. */
  acknowledged?(count: number): void;
  /** Runs when each revocation was answered or lost, and the silence is over. The fault ends here. */
  after?(): Promise<void> | void;
}

/** Returns the history of each case, for a failed round too. */
export async function runRound(
  pool: ConnectionPool,
  cases: readonly Case[],
  fault: Fault,
  record: (history: History) => void,
): Promise<void> {
  const observations = cases.map((each) => new Observation(each, pool, fault.silent ?? []));
  const endSilence = (): void => {
    for (const each of observations) each.endSilence();
  };
  try {
    await Promise.all(observations.map((each) => each.warm()));
    for (const each of observations) each.watch();
    await fault.before?.();
    if (fault.silence === 'until begun') endSilence();
    let acknowledged = 0;
    const revoking = observations.map(async (each) => {
      const isAcknowledged = await each.revoke(fault.revokers);
      if (isAcknowledged) fault.acknowledged?.(++acknowledged);
    });
    await Promise.all([...revoking, fault.sent?.()]);
    endSilence();
    await fault.after?.();
    await Promise.all(observations.map((each) => each.finish()));
  } finally {
    for (const each of observations) record(each.close());
  }
}
