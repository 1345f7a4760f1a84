import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../access-control/principal.js';
import { Transactions } from '../platform/database/transactions.service.js';
import { invalidField } from '../platform/errors/app-error.js';
import { FirstVerificationService } from './first-verification.service.js';
import { MailedLinks } from './mailed-links.service.js';
import type { CarriedSessions } from './request-sessions.pipe.js';

@Injectable()
export class EmailVerificationService {
  constructor(
    private readonly secrets: MailedLinks,
    private readonly proof: FirstVerificationService,
    private readonly transactions: Transactions,
  ) {}

  /** Verifies the mailbox that the secret was mailed to. */
  async verify(secret: string, carried: CarriedSessions, origin: RequestOrigin): Promise<void> {
    await this.transactions.run(async (tx) => {
      const userId = await this.secrets.redeem(tx, 'verify_email', secret);
      if (userId === null) throw invalidField('token', 'is unknown, used or expired');
      await this.proof.byLink(tx, userId, carried, origin);
    });
  }
}
