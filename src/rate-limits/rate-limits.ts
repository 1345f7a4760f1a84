/**
 * Limits on what can be abused, counted in PostgreSQL so that a limit holds over all instances together. Keys are
 * hashed: no address and no email stands in the table.
 */
import { Injectable } from '@nestjs/common';
import type { RateLimitsConfig } from '../../config/app-config.js';

export type LimitName = Exclude<keyof RateLimitsConfig, 'enabled'>;

@Injectable()
export abstract class RateLimits {
  /** Counts one event under the key; throws `rate_limited` with its wait when that exceeds the limit. */
  abstract count(limit: LimitName, key: string): Promise<void>;

  /** Throws `rate_limited` if the key has used up its limit already; counts nothing. */
  abstract check(limit: LimitName, key: string): Promise<void>;

  /** Forgets what was counted under the key. */
  abstract reset(limit: LimitName, key: string): Promise<void>;
}
