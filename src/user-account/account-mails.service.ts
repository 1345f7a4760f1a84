import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { utcMinute } from '../platform/mail/mail-formatting.js';
import { Mailer, type Mail } from '../platform/mail/mailer.service.js';
import type { Person } from '../users/users.service.js';
import type { MailedPurpose } from './mailed-links.repository.js';
import { MailedLinks } from './mailed-links.service.js';

/** The kind of these mails for account-mails.check.ts. */
export const LINK_MAIL = 'account-link';

const PAGES: Readonly<Record<MailedPurpose, string>> = {
  verify_email: 'email/verify',
  reset_password: 'password/reset',
};

/** A link and its last minute, worded to stay true however late the mail arrives. */
interface MailedLink {
  readonly url: string;
  readonly until: string;
  readonly terms: Pick<Mail, 'usefulUntil' | 'about'>;
}

/**
 * Mails with a link to an account's owner. They go to the address as its owner typed it at registration, never to the
 * one in the request: a look-alike spelling may belong to another person.
 */
@Injectable()
export class AccountMails {
  private readonly dashboardUrl: string;

  constructor(
    private readonly mailer: Mailer,
    private readonly secrets: MailedLinks,
    { http }: AppConfig,
  ) {
    this.dashboardUrl = http.dashboardUrl;
  }

  async sendWelcome(tx: Tx, user: Person): Promise<void> {
    const { url, until, terms } = await this.link(tx, user, 'verify_email');
    const lines = [
      `An account was made for this address. Open this link until ${until} to prove that the address is yours:`,
      url,
      'If it was not you, leave the link alone.',
    ];
    await this.send(tx, user, 'Welcome to Latchkey', lines, terms);
  }

  async sendVerification(tx: Tx, user: Person): Promise<void> {
    const { url, until, terms } = await this.link(tx, user, 'verify_email');
    const lines = [`Open this link until ${until} to prove that the address is yours:`, url];
    await this.send(tx, user, 'Prove your address', lines, terms);
  }

  async sendAddressTaken(tx: Tx, owner: Person): Promise<void> {
    const { url, until, terms } = await this.link(tx, owner, 'reset_password');
    const lines = [
      'Somebody tried to register with this address, and there is an account for it already.',
      `If it was you, sign in, or choose a new password until ${until} here:`,
      url,
      'If it was not you, there is nothing to do.',
    ];
    await this.send(tx, owner, 'You already have an account', lines, terms);
  }

  async sendReset(tx: Tx, user: Person): Promise<void> {
    const { url, until, terms } = await this.link(tx, user, 'reset_password');
    const lines = [
      `Open this link until ${until} to choose a new password:`,
      url,
      'If you did not ask for it, there is nothing to do: your password stays as it is.',
    ];
    await this.send(tx, user, 'Choose a new password', lines, terms);
  }

  private async link(tx: Tx, user: Person, purpose: MailedPurpose): Promise<MailedLink> {
    const { id, secret, expiresAt } = await this.secrets.issue(tx, user.id, purpose);
    return {
      url: `${this.dashboardUrl}/${PAGES[purpose]}?token=${secret}`,
      until: utcMinute(expiresAt),
      terms: { usefulUntil: expiresAt, about: { kind: LINK_MAIL, id } },
    };
  }

  private async send(
    tx: Tx,
    { email }: Person,
    subject: string,
    lines: string[],
    terms: Pick<Mail, 'usefulUntil' | 'about'>,
  ): Promise<void> {
    await this.mailer.enqueue(tx, { to: email, subject, text: `${lines.join('\n\n')}\n`, ...terms });
  }
}
