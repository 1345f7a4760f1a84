/**
 * The limiter's store, with windows by the database's clock. The library uses each process's own clock. An instance
 * whose clock is ahead would then restart every other instance's windows: a bypass of the limits.
 */
import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible';

/** The database's clock in milliseconds, the unit of the column `expire`. */
export const NOW_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** The library's sweeper passes an hour ago by the process's clock. */
const SWEPT_AFTER_MS = 3_600_000;

interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

interface Consumed {
  readonly rows: readonly { readonly points: number; readonly ms: string }[];
}

/** Private members of the library's class. */
interface LibraryInternals {
  _query(statement: Statement): Promise<unknown>;
  _getRateLimiterRes(key: string, points: number, answer: Consumed): RateLimiterRes;
}

const LIBRARY = RateLimiterPostgres.prototype as unknown as LibraryInternals;

const CONSUME = `
INSERT INTO rate_limits AS r (key, points, expire) VALUES ($1, $2, ${NOW_MS} + $3::bigint)
ON CONFLICT (key) DO UPDATE SET
  points = CASE WHEN r.expire <= ${NOW_MS} THEN $2 ELSE r.points + $2 END,
  expire = CASE WHEN r.expire <= ${NOW_MS} THEN ${NOW_MS} + $3::bigint ELSE r.expire END
RETURNING points, expire - ${NOW_MS} AS ms`;

export class DatabaseTimedStore extends RateLimiterPostgres {
  /** Overrides the library's statement of `consume`. */
  protected _upsert(key: string, points: number, msDuration: number): Promise<unknown> {
    return LIBRARY._query.call(this, { name: 'latchkey-consume', text: CONSUME, values: [key, points, msDuration] });
  }

  /** Overrides the library's reading of the result: the rest of the window must not depend on the process's clock. */
  protected _getRateLimiterRes(key: string, points: number, answer: Consumed): RateLimiterRes {
    const result = LIBRARY._getRateLimiterRes.call(this, key, points, answer);
    return Object.assign(result, { msBeforeNext: Math.max(Number(answer.rows[0]?.ms), 0) });
  }

  /** Overrides the library's deletion of expired rows. */
  protected clearExpired(): Promise<unknown> {
    const text = `DELETE FROM rate_limits WHERE expire < ${NOW_MS} - $1::bigint`;
    // Not critical: the next run is in five minutes.
    return LIBRARY._query.call(this, { name: 'latchkey-sweep', text, values: [SWEPT_AFTER_MS] }).catch(() => undefined);
  }
}
