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
  readonly isKnownSource: boolean;
}

@Injectable()
export class SignInLimits {
  constructor(
    private readonly rateLimits: RateLimits,
    private readonly sessions: SessionsRepository,
  ) {}

  /** Counts an attempt, the same way whether or not the account exists; throws `rate_limited`. */
  async count(email: string, ip: string): Promise<CountedAttempt> {
    const account = emailKey(email);
    const source = sourceOf(ip);
    await this.rateLimits.count('signIn', pair(account, source));
    await this.rateLimits.count('signInPerSource', source);
    const isKnownSource = await this.sessions.isKnownSource(account, source);
    if (!isKnownSource) await this.rateLimits.count('signInPerAccount', account);
    return { account, source, isKnownSource };
  }

  async giveBack({ account, source, isKnownSource }: CountedAttempt): Promise<void> {
    await this.rateLimits.reset('signIn', pair(account, source));
    await this.rateLimits.refund('signInPerSource', source);
    if (!isKnownSource) await this.rateLimits.refund('signInPerAccount', account);
  }
}

/** No address of a source contains a space. */
function pair(account: string, source: string): string {
  return `${source} ${account}`;
}
