import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import type { Tx } from '../../platform/database/transactions.service.js';
import { MailChecks } from '../../platform/mail/mail-checks.service.js';
import { plainName, utcMinute } from '../../platform/mail/mail-formatting.js';
import { Mailer } from '../../platform/mail/mailer.service.js';
import { InvitationsRepository, type InvitationRow } from './invitations.repository.js';

/** Kind of mail for which the check is registered. */
const INVITATION_MAIL = 'invitation';

export interface InvitationMail {
  readonly invitation: InvitationRow;
  readonly secret: string;
  readonly organization: { readonly name: string };
}

@Injectable()
export class InvitationMails implements OnModuleInit {
  constructor(
    private readonly mailer: Mailer,
    private readonly checks: MailChecks,
    private readonly invitations: InvitationsRepository,
    private readonly config: AppConfig,
  ) {}

  /** A delayed mail must not be sent when its invitation is cancelled, accepted or no longer open. */
  onModuleInit(): void {
    this.checks.register(INVITATION_MAIL, async (id) =>
      (await this.invitations.isOpen(id)) ? null : 'its invitation is not open any more',
    );
  }

  /**
   * Sends the mail. Names that look like links are left out, against phishing through this mail server (tested by
   * mails.spec.ts).
   */
  async send(tx: Tx, { invitation, secret, organization }: InvitationMail): Promise<void> {
    const { id, email, role, inviterName, expiresAt } = invitation;
    const link = `${this.config.http.dashboardUrl}/invitations/accept?token=${secret}`;
    const name = plainName(organization.name);
    const inviter = inviterName === null ? null : plainName(inviterName);
    await this.mailer.enqueue(tx, {
      to: email,
      subject: name === null ? 'Invitation to an organization' : `Invitation to ${name}`,
      text: [
        `${inviter ?? 'A member'} invites you to join ${name === null ? 'an organization' : `"${name}"`} with the role ${role}.`,
        `To accept, open this page and sign in with this address; register first if you have no account yet:`,
        link,
        `The invitation is good until ${utcMinute(expiresAt)} and for one use. If you did not expect it, ignore this mail.`,
      ].join('\n\n'),
      usefulUntil: expiresAt,
      about: { kind: INVITATION_MAIL, id },
    });
  }
}
