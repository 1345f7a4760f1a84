/**
 * The queue for password hashing. bcrypt computes on libuv's four threads, which also serve files, DNS and crypto.
 * Without a limit a burst of sign-ins would take them all, and every core, from requests with a token. Two fair queues
 * take turns, so that one network's flood of sign-ins does not delay all others (denial of service; tested by
 * test/guarantees/abuse/sign-in-flood.spec.ts).
 */
import { availableParallelism } from 'node:os';
import { FairQueue, type Origin } from '../../platform/concurrency/fair-queue.js';
import { AppError } from '../../platform/errors/app-error.js';
import { networkOf, sourceOf } from '../../platform/rate-limits/network-source.js';

/** The origin for which a password is hashed. */
export interface HashingOrigin extends Origin {
  /**
   * Whether the account was signed in to before from that source or device, or the caller has just proven to be its
   * owner.
   */
  readonly isKnown: boolean;
}

/** One core stays free for requests without a password. */
export const MAX_RUNNING = Math.max(1, Math.min(2, availableParallelism() - 1));

/** The queue's limit, and half as many again for known origins. */
export const MAX_WAITING = 64;

type Waiting = (refusal: AppError | null) => void;

/** A client that waited this long has given up, and later items need not wait for its password. */
const MAX_WAIT_MS = 20_000;

const UNKNOWN_ORIGIN: HashingOrigin = { network: '', source: '', isKnown: false };

export function hashingOriginOf(ip: string, isKnown: boolean): HashingOrigin {
  return { network: networkOf(ip), source: sourceOf(ip), isKnown };
}

export class HashingQueue {
  private running = 0;
  private readonly unknown: FairQueue<Waiting>;
  private readonly known: FairQueue<Waiting>;
  private isKnownNext = true;

  /** `maxWaiting` unknown origins, and half as many again known ones. */
  constructor(
    private readonly maxRunning: number,
    maxWaiting: number,
  ) {
    this.unknown = new FairQueue(maxWaiting);
    this.known = new FairQueue(Math.ceil(maxWaiting / 2));
  }

  /**
   * Runs the work after those queued before it. Throws `unavailable` when the queue is full, or when the wait exceeds
   * the limit.
   */
  async run<T>(work: () => Promise<T>, hashingOrigin: HashingOrigin = UNKNOWN_ORIGIN): Promise<T> {
    await this.acquire(hashingOrigin);
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  /** Throws `unavailable` if `run` would now, before any work that leads to it. */
  assertCapacity(hashingOrigin: HashingOrigin): void {
    if (this.running >= this.maxRunning && !this.queueOf(hashingOrigin).hasCapacity(hashingOrigin)) throw queueFull();
  }

  private async acquire(hashingOrigin: HashingOrigin): Promise<void> {
    if (this.running < this.maxRunning) {
      this.running += 1;
      return;
    }
    const queue = this.queueOf(hashingOrigin);
    await new Promise<void>((resolve, reject) => {
      const item: Waiting = (refusal) => {
        clearTimeout(timeout);
        if (refusal) reject(refusal);
        else resolve();
      };
      const timeout = setTimeout(() => {
        queue.remove(hashingOrigin, item);
        item(queueFull());
      }, MAX_WAIT_MS);
      queue.push(hashingOrigin, item)?.(queueFull());
    });
  }

  /** Passes the slot directly to the next item: a new arrival could take a freed one first. */
  private release(): void {
    const [first, second] = this.isKnownNext ? [this.known, this.unknown] : [this.unknown, this.known];
    this.isKnownNext = !this.isKnownNext;
    const next = first.shift() ?? second.shift();
    if (next) next(null);
    else this.running -= 1;
  }

  private queueOf({ isKnown }: HashingOrigin): FairQueue<Waiting> {
    return isKnown ? this.known : this.unknown;
  }
}

function queueFull(): AppError {
  return new AppError('unavailable', { internal: 'too many passwords wait to be hashed', retryAfterSeconds: 2 });
}
