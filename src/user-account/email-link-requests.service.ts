import { Injectable } from '@nestjs/common';
import type { RequestOrigin, SessionPrincipal } from '../access-control/principal.js';
import { AuthorizedTransaction } from '../auth/authorization/authorized-transaction.service.js';
import { ACCEPTED, type AcceptedResponse } from '../platform/http/action.responses.js';
import { AccountLimits } from './account-limits.service.js';
import { AccountMails } from './account-mails.service.js';

@Injectable()
export class EmailLinkRequests {
  constructor(
    private readonly mails: AccountMails,
    private readonly limits: AccountLimits,
    private readonly authorized: AuthorizedTransaction,
  ) {}

  /** Mails another link, unless the address is already verified. */
  async resend(principal: SessionPrincipal, origin: RequestOrigin): Promise<AcceptedResponse> {
    const { user } = principal;
    await this.limits.countRecovery(origin);
    if (!(await this.limits.allowsMail(user.email)) || user.emailVerified) return ACCEPTED;
    const need = { owner: { kind: 'user', userId: user.id }, permission: 'user:manage' } as const;
    await this.authorized.run(need, { ...origin, principal }, ({ tx }) => this.mails.sendVerification(tx, user));
    return ACCEPTED;
  }
}
