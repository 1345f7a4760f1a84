/**
 * The check right before delivery of a mail about an account. Mails with invalid links are not sent. No mailbox gets
 * more mails than its limit, for any number of senders and accounts.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError } from '../platform/errors/app-error.js';
import { MailChecks } from '../platform/mail/mail-checks.service.js';
import { RateLimits } from '../platform/rate-limits/rate-limits.service.js';
import { NOTICE_MAIL } from '../users/account-notices.service.js';
import { emailKey } from '../users/email-key.js';
import { mailboxKey } from '../users/mailbox-limit-key.js';
import { UsersService } from '../users/users.service.js';
import { LINK_MAIL } from './account-mails.service.js';
import { MailedLinks } from './mailed-links.service.js';

@Injectable()
export class AccountMailsCheck implements OnModuleInit {
  constructor(
    private readonly checks: MailChecks,
    private readonly secrets: MailedLinks,
    private readonly users: UsersService,
    private readonly rateLimits: RateLimits,
  ) {}

  onModuleInit(): void {
    this.checks.register(LINK_MAIL, async (id, { to }, isFirstAttempt) => {
      if (!(await this.secrets.isUsable(id))) return 'its link opens nothing any more';
      return isFirstAttempt ? this.objectionOverLimit(to) : null;
    });
    this.checks.register(NOTICE_MAIL, async (_, { to }, isFirstAttempt) => {
      return isFirstAttempt ? this.objectionOverLimit(to) : null;
    });
  }

  private async objectionOverLimit(to: string): Promise<string | null> {
    try {
      await this.rateLimits.count('accountMails', await this.budgetKeyOf(to));
      return null;
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') return 'its mailbox has had its number of mails';
      throw error;
    }
  }

  /**
   * Returns the key of the mail limit. A verified account has a budget of its own, which accounts with other spellings
   * of its mailbox, such as `name+tag@`, cannot use up. Unverified accounts share their mailbox's budget, because they
   * need not belong to its owner.
   */
  private async budgetKeyOf(to: string): Promise<string> {
    return (await this.users.isVerifiedAddress(to)) ? `account ${emailKey(to)}` : `mailbox ${mailboxKey(to)}`;
  }
}
