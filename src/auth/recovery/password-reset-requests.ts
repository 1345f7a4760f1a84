import { Injectable } from '@nestjs/common';
import { ANONYMOUS } from '../../audit/actor.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import { Transactions, type Tx } from '../../database/transactions.js';
import { UsersService } from '../../users/users.service.js';
import { AccountLimits } from '../account-limits.js';
import { ACCEPTED, type AcceptedResponse } from '../accepted.response.js';
import { atLeast } from '../at-least.js';
import type { RequestOrigin } from '../principal.js';
import { AccountMails } from './account-mails.js';

/** More than the writes take, so that they do not show. */
const EVEN_MS = 80;

@Injectable()
export class PasswordResetRequests {
  constructor(
    private readonly users: UsersService,
    private readonly mails: AccountMails,
    private readonly limits: AccountLimits,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {}

  /** Answers the same, and as late, whether or not the address has an account. */
  async request(email: string, origin: RequestOrigin): Promise<AcceptedResponse> {
    await this.limits.countRecovery(origin);
    const maySend = await this.limits.allowsMail(email);
    await atLeast(EVEN_MS, () => this.transactions.run((tx) => this.send(tx, email, maySend, origin)));
    return ACCEPTED;
  }

  private async send(tx: Tx, email: string, maySend: boolean, origin: RequestOrigin): Promise<void> {
    const user = await this.users.findByEmail(email, tx);
    if (user?.disabledAt !== null || !maySend) return;
    await this.mails.sendReset(tx, user);
    await this.audit.record(tx, {
      action: 'user.password_reset_requested',
      origin,
      actor: ANONYMOUS,
      userId: user.id,
      target: { kind: 'user', id: user.id, name: user.name },
    });
  }
}
