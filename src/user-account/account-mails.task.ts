/** The queue's task for requested mails about an account. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { RequestOrigin } from '../access-control/principal.js';
import { ANONYMOUS } from '../audit/actor.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import { Transactions, type Tx } from '../platform/database/transactions.service.js';
import { QueueTasks } from '../platform/queue/queue-tasks.service.js';
import { UsersService, type Person } from '../users/users.service.js';
import { ACCOUNT_MAIL_TASK, AccountMailRequests, type AccountMailRequest } from './account-mail-requests.service.js';
import { AccountMails } from './account-mails.service.js';

/** The task runs a few statements only. */
const LEASE_MS = 60_000;

@Injectable()
export class RequestedAccountMails {
  constructor(
    private readonly users: UsersService,
    private readonly mails: AccountMails,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {}

  /** Sends nothing to an address without an account, or to that of a disabled user. */
  async send({ kind, email, origin }: AccountMailRequest): Promise<void> {
    if (kind === 'nothing') return;
    await this.transactions.run(async (tx) => {
      const user = await this.users.findByEmail(email, tx);
      if (user?.disabledAt !== null) return;
      if (kind === 'welcome') return this.mails.sendWelcome(tx, user);
      if (kind === 'address-taken') await this.mails.sendAddressTaken(tx, user);
      else await this.mails.sendReset(tx, user);
      await this.recordResetLink(tx, user, origin, { asked: kind === 'reset' ? 'reset' : 'registration' });
    });
  }

  /** Records the event: both mails contain a link that sets the password. */
  private async recordResetLink(tx: Tx, { id, name }: Person, origin: RequestOrigin, details: object): Promise<void> {
    await this.audit.record(tx, {
      action: 'user.password_reset_requested',
      origin,
      actor: ANONYMOUS,
      userId: id,
      target: { kind: 'user', id, name },
      details: { ...details },
    });
  }
}

@Injectable()
export class AccountMailsTask implements OnModuleInit {
  constructor(
    private readonly tasks: QueueTasks,
    private readonly requests: AccountMailRequests,
    private readonly mails: RequestedAccountMails,
  ) {}

  onModuleInit(): void {
    this.tasks.register(ACCOUNT_MAIL_TASK, {
      lane: 'quick',
      leaseMs: LEASE_MS,
      handler: (payload) => this.mails.send(this.requests.read(payload)),
    });
  }
}
