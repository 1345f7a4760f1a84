/**
 * Limits on what can be abused, counted in PostgreSQL so that a limit holds over all instances together. Keys are
 * hashed: no address and no email stands in the table. Count before the costly work, not after it: of many parallel
 * attempts all would pass a `check`.
 */
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { AppConfig, type RateLimit, type RateLimitsConfig } from '../../config/app-config.js';
import { AppError } from '../errors/app-error.js';
import { bucketKeys } from './bucket-key.js';

export type LimitName = Exclude<keyof RateLimitsConfig, 'enabled'>;

export const LIMITER_POOL = Symbol('LIMITER_POOL');

/** Limits that are waived while they cannot be counted: a credential that was refused stays refused without them. */
const WAIVED_ON_FAILURE: ReadonlySet<LimitName> = new Set<LimitName>(['failedTokens']);

@Injectable()
export class RateLimits implements OnApplicationShutdown {
  private readonly logger = new Logger(RateLimits.name);
  private readonly bucketKey: (what: string) => string;
  private readonly limiters = new Map<LimitName, RateLimiterPostgres>();

  constructor(
    { rateLimits, tokens }: AppConfig,
    @Inject(LIMITER_POOL) private readonly pool: pg.Pool,
  ) {
    const { enabled, ...limits } = rateLimits;
    this.bucketKey = bucketKeys(tokens.hashKeys[0].key);
    if (!enabled) return;
    for (const [name, limit] of Object.entries(limits) as [LimitName, RateLimit][]) {
      this.limiters.set(name, limiterOf(name, limit, pool, this.limiters.size === 0));
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /**
   * Counts one event under the key. Throws `rate_limited` with its wait when that exceeds the limit, and `unavailable`
   * when it cannot be counted.
   */
  async count(limit: LimitName, key: string): Promise<void> {
    await this.ask(limit, (limiter) => limiter.consume(this.bucketKey(key)), WAIVED_ON_FAILURE.has(limit));
  }

  /** Throws `rate_limited` if the key has used up its limit already, else counts nothing. */
  async check(limit: LimitName, key: string): Promise<void> {
    const isUsedUp = async (limiter: RateLimiterPostgres): Promise<void> => {
      const state = await limiter.get(this.bucketKey(key));
      if (state && state.remainingPoints <= 0) throw limited(state);
    };
    await this.ask(limit, isUsedUp, WAIVED_ON_FAILURE.has(limit));
  }

  /** Forgets what was counted under the key. What cannot be forgotten runs out by itself. */
  async reset(limit: LimitName, key: string): Promise<void> {
    await this.ask(limit, (limiter) => limiter.delete(this.bucketKey(key)), true);
  }

  /** Takes back one counted event that turned out to be harmless. What cannot be taken back runs out by itself. */
  async refund(limit: LimitName, key: string): Promise<void> {
    await this.ask(limit, (limiter) => limiter.reward(this.bucketKey(key), 1), true);
  }

  private async ask(limit: LimitName, question: Question, isWaivable: boolean): Promise<void> {
    const limiter = this.limiters.get(limit);
    if (!limiter) return;
    try {
      await question(limiter);
    } catch (refusal) {
      if (refusal instanceof AppError) throw refusal;
      if (refusal instanceof RateLimiterRes) throw limited(refusal);
      if (!isWaivable) throw uncountable(limit, refusal);
      this.logger.warn(`${limit} is not limited now: ${(refusal as Error).message}`);
    }
  }
}

type Question = (limiter: RateLimiterPostgres) => Promise<unknown>;

function limiterOf(name: LimitName, { points, windowSeconds }: RateLimit, pool: pg.Pool, sweeps: boolean) {
  return new RateLimiterPostgres({
    storeClient: pool,
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points,
    duration: windowSeconds,
    // A source that is over its limit is refused from memory until its window ends.
    inMemoryBlockOnConsumed: points + 1,
    // Rows of all limits share the table, so one sweeper (every five minutes, unref'd) is enough.
    clearExpiredByTimeout: sweeps,
  });
}

function limited({ msBeforeNext }: RateLimiterRes): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new AppError('rate_limited', { detail: 'Too many attempts. Try again later.', retryAfterSeconds });
}

function uncountable(limit: LimitName, cause: unknown): AppError {
  return new AppError('unavailable', { internal: `the limit ${limit} cannot be counted`, retryAfterSeconds: 1, cause });
}
