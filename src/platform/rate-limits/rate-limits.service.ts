/**
 * Rate limits, counted in PostgreSQL so that a limit applies to all instances together. Keys are hashed: no address and
 * no email is in the table. Count before the costly work, not after it: many parallel attempts would all pass a later
 * check. Refund attempts that were harmless, or undecided.
 */
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { AppConfig, type RateLimit } from '../../../config/app-config.js';
import { AppError } from '../errors/app-error.js';
import { safeMessageOf } from '../logging/safe-message.js';
import { DatabaseTimedStore, NOW_MS } from './database-timed-store.js';
import { allLimits, type LimitName } from './derived-limits.js';
import { bucketKeys } from './limit-key.js';
import { RefusedKeys } from './refused-keys.js';

export const LIMITER_POOL = Symbol('LIMITER_POOL');

/** Limits that are waived while they cannot be counted: a refused credential stays refused without them. */
const WAIVED_ON_FAILURE: ReadonlySet<LimitName> = new Set<LimitName>(['failedTokens']);

interface Limiter {
  readonly store: DatabaseTimedStore;
  readonly points: number;
  readonly refused: RefusedKeys;
}

@Injectable()
export class RateLimits implements OnApplicationShutdown {
  private readonly logger = new Logger(RateLimits.name);
  private readonly bucketKey: (what: string) => string;
  private readonly limiters = new Map<LimitName, Limiter>();

  constructor(
    { rateLimits, tokens }: AppConfig,
    @Inject(LIMITER_POOL) private readonly pool: pg.Pool,
  ) {
    const { enabled, ...limits } = rateLimits;
    this.bucketKey = bucketKeys(tokens.hashKeys[0].key);
    if (!enabled) return;
    for (const [name, limit] of Object.entries(allLimits(limits)) as [LimitName, RateLimit][]) {
      const store = limiterOf(name, limit, pool, this.limiters.size === 0);
      this.limiters.set(name, { store, points: limit.points, refused: new RefusedKeys() });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /**
   * Counts one event under the key. Throws `rate_limited` with its wait when the limit is exceeded, and `unavailable`
   * when it cannot be counted.
   */
  async count(limit: LimitName, key: string): Promise<void> {
    const refusal = await this.tryCount(limit, key);
    if (refusal) throw refusal;
  }

  /** Counts one event as `count` does, and returns the error `rate_limited` where that would throw it. */
  async tryCount(limit: LimitName, key: string): Promise<AppError | null> {
    const known = this.rememberedRefusal(limit, key);
    if (known) return known;
    return this.withLimiter(limit, WAIVED_ON_FAILURE.has(limit), (limiter) =>
      this.consume(limiter, this.bucketKey(key)),
    );
  }

  /** Returns the error `rate_limited` if this process knows without a query that the key is over its limit. */
  rememberedRefusal(limit: LimitName, key: string): AppError | null {
    const wait = this.limiters.get(limit)?.refused.msBeforeNext(this.bucketKey(key)) ?? null;
    return wait === null ? null : limited(wait);
  }

  /** Deletes the count under the key. If that fails, the count expires by itself. */
  async reset(limit: LimitName, key: string): Promise<void> {
    await this.withLimiter(limit, true, async ({ store, refused }) => {
      await store.delete(this.bucketKey(key));
      refused.delete(this.bucketKey(key));
      return null;
    });
  }

  /** Takes back one counted event that was harmless. If that fails, the count expires by itself. */
  async refund(limit: LimitName, key: string): Promise<void> {
    await this.withLimiter(limit, true, async ({ store, points, refused }) => {
      const bucket = this.bucketKey(key);
      const { rows } = await this.pool.query<{ points: number }>(
        `UPDATE rate_limits SET points = points - 1 WHERE key = $1 AND points > 0 AND expire > ${NOW_MS} RETURNING points`,
        [store.getKey(bucket)],
      );
      if ((rows[0]?.points ?? 0) < points) refused.delete(bucket);
      return null;
    });
  }

  private async consume({ store, refused }: Limiter, bucket: string): Promise<AppError | null> {
    try {
      await store.consume(bucket);
      return null;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      refused.add(bucket, refusal.msBeforeNext);
      await this.uncount(store.getKey(bucket), refusal.msBeforeNext);
      return limited(refusal.msBeforeNext);
    }
  }

  /**
   * Refused events do not count: in a burst of right passwords, refused ones would outlast the refunds of the others.
   */
  private async uncount(storeKey: string, msBeforeNext: number): Promise<void> {
    const inSameWindow = Math.ceil(msBeforeNext) + 500;
    await this.pool.query(
      `UPDATE rate_limits SET points = points - 1 WHERE key = $1 AND points > 0 AND expire < ${NOW_MS} + $2::bigint`,
      [storeKey, inSameWindow],
    );
  }

  private async withLimiter(limit: LimitName, isWaivable: boolean, question: Question): Promise<AppError | null> {
    const limiter = this.limiters.get(limit);
    if (!limiter) return null;
    try {
      return await question(limiter);
    } catch (failure) {
      if (!isWaivable) throw uncountable(limit, failure);
      this.logger.warn(`${limit} is not limited now: ${safeMessageOf(failure)}`);
      return null;
    }
  }
}

type Question = (limiter: Limiter) => Promise<AppError | null>;

function limiterOf(name: LimitName, { points, windowSeconds }: RateLimit, pool: pg.Pool, sweeps: boolean) {
  return new DatabaseTimedStore({
    storeClient: pool,
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points,
    duration: windowSeconds,
    // Rows of all limits share the table, so one sweeper (every five minutes, unref'd) is enough.
    clearExpiredByTimeout: sweeps,
  });
}

function limited(msBeforeNext: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new AppError('rate_limited', { detail: 'Too many attempts. Try again later.', retryAfterSeconds });
}

function uncountable(limit: LimitName, cause: unknown): AppError {
  return new AppError('unavailable', { internal: `the limit ${limit} cannot be counted`, retryAfterSeconds: 1, cause });
}
