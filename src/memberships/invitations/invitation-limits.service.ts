/**
 * Limits on invitations: senders must have a verified address, and mails are counted. The service's mail server writes
 * to any address that an inviter names, so without limits strangers could use it for spam (tested by
 * test/guarantees/abuse/mail-cannon.spec.ts).
 */
import { Injectable } from '@nestjs/common';
import { userOf, type Caller } from '../../access-control/principal.js';
import { AppError } from '../../platform/errors/app-error.js';
import type { LimitName } from '../../platform/rate-limits/derived-limits.js';
import { RateLimits } from '../../platform/rate-limits/rate-limits.service.js';
import { mailboxKey } from '../../users/mailbox-limit-key.js';
import { InvitersRepository } from './inviters.repository.js';

type Count = readonly [limit: LimitName, key: string];

@Injectable()
export class InvitationLimits {
  constructor(
    private readonly inviterKeys: InvitersRepository,
    private readonly rateLimits: RateLimits,
  ) {}

  /**
   * Counts one invitation. Throws `email_unproven`, and `rate_limited` whether or not the address has an account. The
   * mailbox's limit is counted last, so that an inviter over the own limits uses up none of it.
   */
  async admit(caller: Caller, organizationId: string, email: string): Promise<void> {
    await this.ensureVerified(caller, organizationId);
    for (const [limit, key] of [
      ...inviterCounts(caller, organizationId),
      ...mailboxCounts(caller, organizationId, email),
    ]) {
      await this.rateLimits.count(limit, key);
    }
  }

  /**
   * Takes the mailbox's counts back when an admitted invitation sent no mail. A mailbox's limit is used up by mails
   * only.
   */
  async refund(caller: Caller, organizationId: string, email: string): Promise<void> {
    for (const [limit, key] of mailboxCounts(caller, organizationId, email)) await this.rateLimits.refund(limit, key);
  }

  private async ensureVerified({ principal }: Caller, organizationId: string): Promise<void> {
    const user = userOf(principal);
    const isProven = user
      ? await this.inviterKeys.isVerifiedUser(user.id)
      : principal.kind === 'organization-token' &&
        (await this.inviterKeys.isTokenOfVerified(organizationId, principal.token.id));
    if (isProven) return;
    const detail = user
      ? 'Prove your email address first; POST /api/v1/auth/email/verification mails another link.'
      : 'An owner of the organization, and the creator of the token, must have proven their email address.';
    throw new AppError('email_unproven', { detail });
  }
}

/**
 * Counters per organization and per person, so that neither many callers nor many organizations can send unlimited
 * mail.
 */
function inviterCounts({ principal }: Caller, organizationId: string): Count[] {
  return inviterKeys(principal, organizationId).map((who) => ['invitations', who]);
}

/** Counters of the mailbox. The one per inviter is smaller, so that one inviter cannot use up the mailbox's total. */
function mailboxCounts({ principal }: Caller, organizationId: string, email: string): Count[] {
  const mailbox = mailboxKey(email);
  return [
    ...inviterKeys(principal, organizationId).map((who): Count => ['invitationRepeats', `${who} ${mailbox}`]),
    ['invitedMailbox', mailbox],
  ];
}

function inviterKeys(principal: Caller['principal'], organizationId: string): string[] {
  const user = userOf(principal);
  return [`organization:${organizationId}`, ...(user ? [`user:${user.id}`] : [])];
}
