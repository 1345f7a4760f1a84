/**
 * The database's clock as this process knows it: never earlier than a reading it has seen. A server's clock may be stepped
 * back, and a failover may lead to a server whose clock is behind; what had expired by then stays expired here. It is no
 * more than this process's memory: docs/decisions/0016-the-databases-clock.md says what is promised.
 */
import { Injectable, Logger } from '@nestjs/common';

/** Less is how clocks of two servers differ, and how one is slewed. */
const WORTH_A_WARNING_MS = 5_000;

@Injectable()
export class DatabaseClock {
  private readonly logger = new Logger(DatabaseClock.name);
  private latestMs = -Infinity;
  private hasWarned = false;

  /**
   * Takes a reading and answers the time to judge by: the reading, or a later one that was seen before. Throws for a
   * reading that is no instant, since every comparison with it would be false.
   */
  advance(reading: Date): Date {
    const readingMs = reading.getTime();
    if (Number.isNaN(readingMs)) throw new Error('the database answered no time');
    if (readingMs >= this.latestMs) {
      this.latestMs = readingMs;
      this.hasWarned = false;
      return reading;
    }
    this.warnOnce(this.latestMs - readingMs);
    return new Date(this.latestMs);
  }

  /** The same time as an SQL expression, for the statements that judge by themselves. */
  get sql(): string {
    if (!Number.isFinite(this.latestMs)) return 'clock_timestamp()';
    return `greatest(clock_timestamp(), '${new Date(this.latestMs).toISOString()}'::timestamptz)`;
  }

  private warnOnce(behindMs: number): void {
    if (this.hasWarned || behindMs < WORTH_A_WARNING_MS) return;
    this.hasWarned = true;
    this.logger.warn(
      `The database's clock is ${(behindMs / 1000).toFixed(0)} s behind what this process has seen; expiries are judged ` +
        `by ${new Date(this.latestMs).toISOString()} until it has caught up. If it was wrong then, restart all instances.`,
    );
  }
}
