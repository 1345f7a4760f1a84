/**
 * Rate limit of account creations, one for each network and process. It stays below the networks' own limit, at which
 * they answer BUSY. A creation waits for its turn, or throws `busy` when the wait would be too long.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { NetworkError, type NetworkName } from './ledger-network.js';

const MAX_WAIT_MS = 3_000;

export class CreationPace {
  private readonly nextTurnAt = new Map<NetworkName, number>();
  private readonly intervalMs: number;

  /** `null` means no limit. */
  constructor(perSecond: number | null) {
    this.intervalMs = perSecond === null ? 0 : 1_000 / perSecond;
  }

  async turn(network: NetworkName): Promise<void> {
    const now = performance.now();
    const turnAt = Math.max(now, this.nextTurnAt.get(network) ?? 0);
    const waitMs = turnAt - now;
    if (waitMs > MAX_WAIT_MS) throw new NetworkError('busy', `too many creations on ${network} wait already`);
    this.nextTurnAt.set(network, turnAt + this.intervalMs);
    if (waitMs > 0) await sleep(waitMs);
  }
}
