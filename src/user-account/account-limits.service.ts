/** Limits on requests about an address that need not be the caller's: accounts, and mails to its mailbox. */
import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../access-control/principal.js';
import { AppError } from '../platform/errors/app-error.js';
import { siteOf, sourceOf } from '../platform/rate-limits/network-source.js';
import { RateLimits } from '../platform/rate-limits/rate-limits.service.js';
import { emailKey } from '../users/email-key.js';

@Injectable()
export class AccountLimits {
  constructor(private readonly rateLimits: RateLimits) {}

  /** Throws `rate_limited`. */
  async countRegistration({ ip }: RequestOrigin): Promise<void> {
    await this.rateLimits.count('registration', sourceOf(ip));
    const site = siteOf(ip);
    if (site !== null) await this.rateLimits.count('registrationPerSite', site);
  }

  /** Counts a request that leads to a mail, or uses a mailed secret. Throws `rate_limited`. */
  async countRecovery({ ip }: RequestOrigin): Promise<void> {
    await this.rateLimits.count('passwordReset', `source ${sourceOf(ip)}`);
    const site = siteOf(ip);
    if (site !== null) await this.rateLimits.count('passwordResetPerSite', site);
  }

  /**
   * Counts a mail with a link, and returns whether the mailbox may get it. Throws no error: the caller must not learn
   * whether the address has an account. The limit locks no owner out: the owner then has several links, and a newer one
   * leaves older ones valid.
   */
  async allowsMail(email: string): Promise<boolean> {
    try {
      await this.rateLimits.count('passwordReset', `mailbox ${emailKey(email)}`);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') return false;
      throw error;
    }
  }
}
