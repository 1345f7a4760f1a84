/**
 * The database's clock as this process knows it: never earlier than a reading it has seen. A server's clock may be
 * stepped back, and a failover may lead to a server whose clock is behind; an expired credential stays expired here.
 * The clock is only this process's memory: docs/decisions/0016-the-databases-clock.md describes the guarantee.
 */
import { Injectable, Logger } from '@nestjs/common';

/** Smaller differences are normal between the clocks of two servers, and while a clock is slewed. */
const MIN_WARNED_LAG_MS = 5_000;

@Injectable()
export class DatabaseClock {
  private readonly logger = new Logger(DatabaseClock.name);
  private latestMs = -Infinity;
  private hasWarned = false;

  /**
   * Takes a reading and returns the time to compare expiries with: the reading, or a later one seen before. Throws for
   * an invalid reading, since every comparison with it would be false.
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

  /** The same time as an SQL expression, for statements that compare expiries in SQL. */
  get sql(): string {
    if (!Number.isFinite(this.latestMs)) return 'clock_timestamp()';
    return `greatest(clock_timestamp(), '${new Date(this.latestMs).toISOString()}'::timestamptz)`;
  }

  private warnOnce(behindMs: number): void {
    if (this.hasWarned || behindMs < MIN_WARNED_LAG_MS) return;
    this.hasWarned = true;
    this.logger.warn(
      `The database's clock is ${(behindMs / 1000).toFixed(0)} s behind what this process has seen; expiries are judged ` +
        `by ${new Date(this.latestMs).toISOString()} until it has caught up. If it was wrong then, restart all instances.`,
    );
  }
}
