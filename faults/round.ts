/**
 * One round: some credentials are probed from all sides on warm connections, a fault begins, all are revoked at once,
 * and each is probed anew in the very moment its revocation is acknowledged. After the fault every instance has to give
 * a conclusive answer again, without a restart that was no part of the fault.
 */
import { Observation } from './observation.js';
import type { History } from './history.js';
import type { ConnectionPool } from './connection-pool.js';
import type { Case } from './revocations/revocation-case.js';

/** The fault's part in a round; each step is awaited. */
export interface Fault {
  /** The instances that are asked to revoke; all of them by default. */
  readonly revokers?: readonly string[];
  /**
   * Instances that get no probe between the first ones and the end of the silence. Whatever hides its failure behind the
   * requests that were under way when the fault began, as one that forgets all after them, is then met with nothing under
   * way: its first request comes after the acknowledgement.
   */
  readonly silent?: readonly string[];
  /** When the silence ends: when each revocation was answered or lost, or as soon as the fault has begun. */
  readonly silence?: 'until answered' | 'until begun';
  /** After the first probes, before anything is revoked. */
  before?(): Promise<void> | void;
  /** When all revocations have just been sent. */
  sent?(): Promise<void> | void;
  /** Each time one is acknowledged, after the probes of that moment have been sent; with how many there were. */
  acknowledged?(count: number): void;
  /** When each revocation was answered or lost, and the silence is over. Here the fault ends. */
  after?(): Promise<void> | void;
}

/** Hands over what was seen of each case, also of a round that fails. */
export async function playRound(
  switchboard: ConnectionPool,
  cases: readonly Case[],
  fault: Fault,
  record: (history: History) => void,
): Promise<void> {
  const observations = cases.map((each) => new Observation(each, switchboard, fault.silent ?? []));
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
