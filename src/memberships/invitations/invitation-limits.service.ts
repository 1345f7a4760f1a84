/**
 * Who may send mail to somebody else's mailbox, and how often. The service's own mail server writes to anybody whom an
 * inviter names, so that without this room it would be a tool for strangers (held by test/guarantees/abuse/mail-cannon.spec.ts).
 */
import { Injectable } from '@nestjs/common';
import { userOf, type Caller } from '../../access-control/principal.js';
import { AppError } from '../../platform/errors/app-error.js';
import type { LimitName } from '../../platform/rate-limits/derived-limits.js';
import { RateLimits } from '../../platform/rate-limits/rate-limits.service.js';
import { mailboxKey } from '../../users/mailbox-key.js';
import { InvitersRepository } from './inviters.repository.js';

type Count = readonly [limit: LimitName, key: string];

@Injectable()
export class InvitationLimits {
  constructor(
    private readonly inviters: InvitersRepository,
    private readonly rateLimits: RateLimits,
  ) {}

  /**
   * Throws `email_unproven`, and `rate_limited` whether or not the address has an account. The mailbox's own limit comes
   * last, so that an inviter who is over theirs uses up nothing of it.
   */
  async admit(caller: Caller, organizationId: string, email: string): Promise<void> {
    await this.demandProof(caller, organizationId);
    for (const [limit, key] of [
      ...ownCounts(caller, organizationId),
      ...mailboxCounts(caller, organizationId, email),
    ]) {
      await this.rateLimits.count(limit, key);
    }
  }

  /** For an invitation that was admitted and then sent no mail: nobody can use up a mailbox's limit without writing to it. */
  async giveBack(caller: Caller, organizationId: string, email: string): Promise<void> {
    for (const [limit, key] of mailboxCounts(caller, organizationId, email)) await this.rateLimits.refund(limit, key);
  }

  private async demandProof({ principal }: Caller, organizationId: string): Promise<void> {
    const user = userOf(principal);
    const isProven = user
      ? await this.inviters.isProvenUser(user.id)
      : principal.kind === 'organization-token' &&
        (await this.inviters.isTokenOfProven(organizationId, principal.token.id));
    if (isProven) return;
    const detail = user
      ? 'Prove your email address first; POST /api/v1/auth/email/verification mails another link.'
      : 'An owner of the organization, and the creator of the token, must have proven their email address.';
    throw new AppError('email_unproven', { detail });
  }
}

/** Per organization and per person: neither many callers nor many organizations send mail without end. */
function ownCounts({ principal }: Caller, organizationId: string): Count[] {
  return inviters(principal, organizationId).map((who) => ['invitations', who]);
}

/** One inviter alone cannot use up what a mailbox may get from all of them, so that others can still invite it. */
function mailboxCounts({ principal }: Caller, organizationId: string, email: string): Count[] {
  const mailbox = mailboxKey(email);
  return [
    ...inviters(principal, organizationId).map((who): Count => ['invitationRepeats', `${who} ${mailbox}`]),
    ['invitedMailbox', mailbox],
  ];
}

function inviters(principal: Caller['principal'], organizationId: string): string[] {
  const user = userOf(principal);
  return [`organization:${organizationId}`, ...(user ? [`user:${user.id}`] : [])];
}
