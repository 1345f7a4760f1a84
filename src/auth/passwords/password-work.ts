/**
 * A gate for password hashing. bcrypt computes on libuv's threads, of which there are four for everything (files, DNS,
 * crypto): without a gate a burst of sign-ins would take them all, and every core, from requests that carry a token.
 * Behind it two fair queues take turns, so that no network's flood of sign-ins is everybody's (denial of service; held by
 * test/guarantees/abuse/sign-in-flood.spec.ts).
 */
import { AppError } from '../../platform/errors/app-error.js';
import { networkOf, sourceOf } from '../../platform/rate-limits/network-source.js';
import { FairQueue, type Origin } from '../../platform/concurrency/fair-queue.js';

/** For whom a password is hashed. */
export interface Turn extends Origin {
  /** Whether the account was signed in to before from that place or device, or the caller has just proven to be its owner. */
  readonly isKnown: boolean;
}

type Waiting = (refusal: AppError | null) => void;

/** Who waited for so long has given up, and what waits behind them need not wait for their password. */
const MAX_WAIT_MS = 20_000;

const ANYBODY: Turn = { network: '', source: '', isKnown: false };

export function turnOf(ip: string, isKnown: boolean): Turn {
  return { network: networkOf(ip), source: sourceOf(ip), isKnown };
}

export class PasswordWork {
  private running = 0;
  private readonly strangers: FairQueue<Waiting>;
  private readonly known: FairQueue<Waiting>;
  private isKnownNext = true;

  /** `maxWaiting` strangers, and half as many again who are known. */
  constructor(
    private readonly maxRunning: number,
    maxWaiting: number,
  ) {
    this.strangers = new FairQueue(maxWaiting);
    this.known = new FairQueue(Math.ceil(maxWaiting / 2));
  }

  /** Runs the work when its turn comes; throws `unavailable` when it would have to wait too long. */
  async run<T>(work: () => Promise<T>, turn: Turn = ANYBODY): Promise<T> {
    await this.enter(turn);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  /** Throws `unavailable` if `run` would now: what leads to the work need not be done either. */
  assertRoom(turn: Turn): void {
    if (this.running >= this.maxRunning && !this.queueOf(turn).hasCapacity(turn)) throw crowded();
  }

  private async enter(turn: Turn): Promise<void> {
    if (this.running < this.maxRunning) {
      this.running += 1;
      return;
    }
    const queue = this.queueOf(turn);
    await new Promise<void>((resolve, reject) => {
      const item: Waiting = (refusal) => {
        clearTimeout(patience);
        if (refusal) reject(refusal);
        else resolve();
      };
      const patience = setTimeout(() => {
        queue.remove(turn, item);
        item(crowded());
      }, MAX_WAIT_MS);
      queue.push(turn, item)?.(crowded());
    });
  }

  /** A place that somebody waits for is handed over, not freed: a newcomer could take it in between. */
  private leave(): void {
    const [first, second] = this.isKnownNext ? [this.known, this.strangers] : [this.strangers, this.known];
    this.isKnownNext = !this.isKnownNext;
    const next = first.shift() ?? second.shift();
    if (next) next(null);
    else this.running -= 1;
  }

  private queueOf({ isKnown }: Turn): FairQueue<Waiting> {
    return isKnown ? this.known : this.strangers;
  }
}

function crowded(): AppError {
  return new AppError('unavailable', { internal: 'too many passwords wait to be hashed', retryAfterSeconds: 2 });
}
