/**
 * How often passwords may be tried. Counted before bcrypt runs, so that parallel guesses cannot overtake the count, and
 * given back when the password was right. No stranger can lock an owner out: only the limit over all sources could, and
 * it does not apply to a source from which this account was signed in to before.
 */
import { Injectable } from '@nestjs/common';
import { RateLimits } from '../../rate-limits/rate-limits.js';
import { sourceOf } from '../../rate-limits/source.js';
import { emailKey } from '../../users/email-key.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';

/** One attempt that has been counted, to be given back when it succeeds. */
export interface CountedAttempt {
  readonly account: string;
  readonly source: string;
  readonly isCountedAnywhere: boolean;
}

@Injectable()
export class SignInLimits {
  constructor(
    private readonly rateLimits: RateLimits,
    private readonly sessions: SessionsRepository,
  ) {}

  /** Counts an attempt from its source, the same way whether or not the account exists; throws `rate_limited`. */
  async count(email: string, ip: string): Promise<CountedAttempt> {
    const attempt = { account: emailKey(email), source: sourceOf(ip), isCountedAnywhere: false };
    await this.rateLimits.count('signIn', pair(attempt));
    await this.rateLimits.count('signInPerSource', attempt.source);
    return attempt;
  }

  /** Counts it for its account wherever it comes from, unless it comes from where the owner does; throws `rate_limited`. */
  async countAnywhere(attempt: CountedAttempt): Promise<CountedAttempt> {
    if (await this.sessions.isKnownSource(attempt.account, attempt.source)) return attempt;
    await this.rateLimits.count('signInPerAccount', attempt.account);
    return { ...attempt, isCountedAnywhere: true };
  }

  async giveBack(attempt: CountedAttempt): Promise<void> {
    await this.rateLimits.reset('signIn', pair(attempt));
    await this.rateLimits.refund('signInPerSource', attempt.source);
    if (attempt.isCountedAnywhere) await this.rateLimits.refund('signInPerAccount', attempt.account);
  }
}

/** No address of a source contains a space. */
function pair({ account, source }: CountedAttempt): string {
  return `${source} ${account}`;
}
