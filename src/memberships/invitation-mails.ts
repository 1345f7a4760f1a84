import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import type { Tx } from '../database/transactions.js';
import type { Role } from '../policy/role-grants.js';
import { Mailer } from '../shared/mail/mailer.js';

export interface InvitationMail {
  readonly email: string;
  readonly role: Role;
  readonly secret: string;
  readonly organization: { readonly name: string };
  /** `null` when an organization token invites. */
  readonly inviterName: string | null;
}

@Injectable()
export class InvitationMails {
  constructor(
    private readonly mailer: Mailer,
    private readonly config: AppConfig,
  ) {}

  async send(tx: Tx, { email, role, secret, organization, inviterName }: InvitationMail): Promise<void> {
    const link = `${this.config.http.dashboardUrl}/invitations/accept?token=${secret}`;
    await this.mailer.enqueue(tx, {
      to: email,
      subject: `Invitation to ${organization.name}`,
      text: [
        `${inviterName ?? organization.name} invites you to join "${organization.name}" with the role ${role}.`,
        `To accept, open this page and sign in with this address; register first if you have no account yet:`,
        link,
        `The invitation is good for 7 days and for one use. If you did not expect it, ignore this mail.`,
      ].join('\n\n'),
    });
  }
}
