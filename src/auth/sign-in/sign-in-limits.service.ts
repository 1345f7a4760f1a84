/**
 * Limits on password attempts. Attempts are counted before bcrypt runs, so that parallel guesses cannot overtake the
 * count. They are refunded when the password was right, or was not compared. No stranger can lock an owner out.
 * Strangers' failures count against no source and no device from which the account was signed in to before. From a new
 * source the right password is accepted while wrong ones get 429 (docs/decisions/0020-strangers-at-the-sign-in.md;
 * tested by test/guarantees/abuse/lock-out.spec.ts).
 */
import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../access-control/principal.js';
import { parseRefreshToken } from '../../credentials/refresh-token.js';
import type { AppError } from '../../platform/errors/app-error.js';
import type { LimitName } from '../../platform/rate-limits/derived-limits.js';
import { networkOf, siteOf, sourceOf } from '../../platform/rate-limits/network-source.js';
import { RateLimits } from '../../platform/rate-limits/rate-limits.service.js';
import { emailKey } from '../../users/email-key.js';
import { hashingOriginOf, type HashingOrigin } from '../passwords/hashing-queue.js';
import { KnownSourcesRepository } from '../sessions/known-sources.repository.js';

/** The origin of a password attempt. */
export interface AttemptOrigin {
  readonly origin: RequestOrigin;
  /** The refresh cookie, which may identify a device that signed in before. */
  readonly refreshToken?: string | undefined;
  /** The calling session, if there is one. */
  readonly sessionId?: string;
}

/** An attempt before it is counted. */
export interface Attempt {
  readonly account: string;
  readonly ip: string;
  /** The session by which the device is known. */
  readonly deviceId: string | null;
  readonly hashingOrigin: HashingOrigin;
}

/** A counted attempt, to be refunded when it was right or was not decided. */
export interface CountedAttempt {
  readonly counts: readonly Count[];
  /** The error for a wrong password after many of them; `null` while a wrong password is reported as wrong. */
  readonly refusal: AppError | null;
}

interface Count {
  readonly limit: LimitName;
  readonly key: string;
}

@Injectable()
export class SignInLimits {
  constructor(
    private readonly rateLimits: RateLimits,
    private readonly knownSources: KnownSourcesRepository,
  ) {}

  /** Recognises known sources and devices; throws `rate_limited` if a limit is known to be exceeded. Counts nothing. */
  async recognize(email: string, { origin: { ip }, refreshToken, sessionId }: AttemptOrigin): Promise<Attempt> {
    const account = emailKey(email);
    const source = sourceOf(ip);
    const token = sessionId === undefined ? parseRefreshToken(refreshToken) : null;
    const isNoDevice = token === null && sessionId === undefined;
    if (isNoDevice) this.throwKnownRefusal('signInPerSource', source);
    if (isNoDevice) this.throwKnownRefusal('signIn', sourceAndAccount(account, ip));
    const found = await this.knownSources.findRecognition(account, source, token);
    const deviceId = sessionId ?? found.deviceId;
    const isKnown = deviceId !== null || found.isKnownSource;
    if (!isKnown) this.throwKnownRefusal('signInByStrangers', account);
    return { account, ip, deviceId, hashingOrigin: hashingOriginOf(ip, isKnown) };
  }

  /** Counts an attempt, the same way whether or not the account exists; throws `rate_limited`. */
  async count(attempt: Attempt): Promise<CountedAttempt> {
    const counts: Count[] = [];
    try {
      if (attempt.deviceId === null) await this.countSource(attempt, counts);
      else await this.countDevice(attempt, attempt.deviceId, counts);
      return { counts, refusal: attempt.hashingOrigin.isKnown ? null : await this.countUnknown(attempt, counts) };
    } catch (refusal) {
      await this.refund({ counts });
      throw refusal;
    }
  }

  /** Refunds an undecided attempt: a 503 counts against no limit. */
  async refund({ counts }: Pick<CountedAttempt, 'counts'>): Promise<void> {
    await Promise.all(counts.map(({ limit, key }) => this.rateLimits.refund(limit, key)));
  }

  /**
   * Settles an attempt with the right password: the failures of its source, or of its device, are reset. It still
   * counts as a sign-in, because each sign-in leaves rows. Throws `rate_limited`.
   */
  async succeed({ account }: Attempt, { counts }: CountedAttempt): Promise<void> {
    const settle = ({ limit, key }: Count): Promise<void> =>
      limit === 'signIn' ? this.rateLimits.reset(limit, key) : this.rateLimits.refund(limit, key);
    await Promise.all(counts.map(settle));
    await this.rateLimits.count('signIns', account);
  }

  /** Resets failures at this account, from this source and from everywhere. */
  async reset(email: string, ip: string): Promise<void> {
    const account = emailKey(email);
    await this.rateLimits.reset('signIn', sourceAndAccount(account, ip));
    await this.rateLimits.reset('signInPerAccount', account);
    await this.rateLimits.reset('signInByStrangers', account);
    await this.rateLimits.reset('signIns', account);
  }

  private async countSource({ account, ip, hashingOrigin }: Attempt, counts: Count[]): Promise<void> {
    const site = siteOf(ip);
    await this.add(counts, 'signInPerSource', sourceOf(ip));
    if (site !== null && !hashingOrigin.isKnown) await this.add(counts, 'signInPerSite', site);
    await this.add(counts, 'signIn', sourceAndAccount(account, ip));
  }

  /**
   * Counts a device by itself, and for its source too. The device cannot be refused for others' failures at that
   * source.
   */
  private async countDevice({ account, ip }: Attempt, deviceId: string, counts: Count[]): Promise<void> {
    await this.add(counts, 'signIn', `device ${deviceId}`);
    const sourceCount: Count = { limit: 'signIn', key: sourceAndAccount(account, ip) };
    if ((await this.rateLimits.tryCount(sourceCount.limit, sourceCount.key)) === null) counts.push(sourceCount);
  }

  /**
   * Unknown sources get less information, and are then slowed down: first one network, finally all of them together.
   */
  private async countUnknown({ account, ip }: Attempt, counts: Count[]): Promise<AppError | null> {
    const refusal = await this.rateLimits.tryCount('signInPerAccount', account);
    if (refusal) {
      await this.add(counts, 'signInByStrangersPerNetwork', `${networkOf(ip)} ${account}`);
      await this.add(counts, 'signInByStrangers', account);
    } else {
      counts.push({ limit: 'signInPerAccount', key: account });
    }
    return refusal;
  }

  private async add(counts: Count[], limit: LimitName, key: string): Promise<void> {
    await this.rateLimits.count(limit, key);
    counts.push({ limit, key });
  }

  private throwKnownRefusal(limit: LimitName, key: string): void {
    const refusal = this.rateLimits.rememberedRefusal(limit, key);
    if (refusal) throw refusal;
  }
}

/** No source contains a space. */
function sourceAndAccount(account: string, ip: string): string {
  return `${sourceOf(ip)} ${account}`;
}
