/**
 * A gate for password hashing. bcrypt computes on libuv's threads, of which there are four for everything (files, DNS,
 * crypto): without a gate a burst of sign-ins would take them all, and every core, from requests that carry a token.
 */
import { AppError } from '../errors/app-error.js';

export class PasswordWork {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** Runs the work when its turn comes, first come first served; throws `unavailable` when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.maxRunning) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= this.maxWaiting) {
      throw new AppError('unavailable', { internal: 'too many passwords wait to be hashed', retryAfterSeconds: 2 });
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** A place that somebody waits for is handed over, not freed: a newcomer could take it in between. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
