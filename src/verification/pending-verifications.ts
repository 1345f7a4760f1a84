/**
 * The requests that wait for a fence, bounded in number and in time. Whatever fails, a request gets its response within
 * its deadline, and a flood of requests cannot fill the memory.
 */
import { AppError } from '../platform/errors/app-error.js';
import type { Confirmed, Wanted } from './credential-facts.js';

export class PendingVerification {
  private settled = false;

  constructor(
    readonly wanted: Wanted,
    /** Milliseconds of the monotonic clock. */
    readonly deadline: number,
    private readonly resolve: (confirmed: Confirmed) => void,
    private readonly reject: (error: AppError) => void,
  ) {}

  get isSettled(): boolean {
    return this.settled;
  }

  confirm(confirmed: Confirmed): void {
    this.settled = true;
    this.resolve(confirmed);
  }

  /** Fails closed: 503, never an accept, and never a 401 for a credential that may be alive. */
  fail(cause: unknown): void {
    this.settled = true;
    this.reject(unavailable(cause));
  }
}

export class PendingVerifications {
  private pending: PendingVerification[] = [];
  private taken: readonly PendingVerification[] = [];

  constructor(
    private readonly timeoutMs: number,
    private readonly capacity: number,
  ) {}

  get isEmpty(): boolean {
    return this.pending.length === 0;
  }

  add(wanted: Wanted): Promise<Confirmed> {
    if (this.pending.length >= this.capacity) return Promise.reject(unavailable('too many requests wait'));
    return new Promise((resolve, reject) => {
      this.pending.push(new PendingVerification(wanted, performance.now() + this.timeoutMs, resolve, reject));
    });
  }

  /** Returns all pending verifications and starts a new list: later ones wait for a later fence. */
  takeAll(): readonly PendingVerification[] {
    this.taken = this.pending;
    this.pending = [];
    return this.taken;
  }

  /** Keeps a taken verification that could not be settled pending, under its original deadline. */
  keep(verification: PendingVerification): void {
    if (!verification.isSettled) this.pending.push(verification);
  }

  /** Fails verifications whose deadline is before `now`, pending or taken, with the given cause. */
  expire(now: number, cause: unknown): void {
    for (const verification of [...this.taken, ...this.pending]) {
      if (!verification.isSettled && verification.deadline <= now) verification.fail(cause);
    }
    this.pending = this.pending.filter((verification) => !verification.isSettled);
  }
}

function unavailable(cause: unknown): AppError {
  const internal = 'a credential could not be confirmed in time';
  return new AppError('unavailable', { internal, retryAfterSeconds: 1, cause });
}
