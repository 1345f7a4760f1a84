import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import type { Tx } from '../../database/transactions.js';
import { Mailer } from '../../shared/mail/mailer.js';
import type { Person } from '../../users/users.service.js';
import { MailedSecrets } from './mailed-secrets.js';

/**
 * The mails about an account. They go to the address as its owner typed it when the account was made, never to the one in
 * the request at hand: a look-alike spelling would belong to somebody else.
 */
@Injectable()
export class AccountMails {
  private readonly dashboardUrl: string;

  constructor(
    private readonly mailer: Mailer,
    private readonly secrets: MailedSecrets,
    { http }: AppConfig,
  ) {
    this.dashboardUrl = http.dashboardUrl;
  }

  async sendWelcome(tx: Tx, user: Person): Promise<void> {
    const link = await this.verificationLink(tx, user);
    await this.send(tx, user, 'Welcome to Latchkey', [
      'An account was made for this address. Open this link within 24 hours to prove that the address is yours:',
      link,
      'If it was not you, leave the link alone.',
    ]);
  }

  async sendVerification(tx: Tx, user: Person): Promise<void> {
    const link = await this.verificationLink(tx, user);
    await this.send(tx, user, 'Prove your address', [
      'Open this link within 24 hours to prove that the address is yours:',
      link,
    ]);
  }

  async sendAddressTaken(tx: Tx, owner: Person): Promise<void> {
    const link = await this.resetLink(tx, owner);
    await this.send(tx, owner, 'You already have an account', [
      'Somebody tried to register with this address, and there is an account for it already.',
      'If it was you, sign in, or choose a new password within an hour here:',
      link,
      'If it was not you, there is nothing to do.',
    ]);
  }

  async sendReset(tx: Tx, user: Person): Promise<void> {
    const link = await this.resetLink(tx, user);
    await this.send(tx, user, 'Choose a new password', [
      'Open this link within an hour to choose a new password:',
      link,
      'If you did not ask for it, there is nothing to do: your password stays as it is.',
    ]);
  }

  async sendPasswordChanged(tx: Tx, user: Person): Promise<void> {
    await this.send(tx, user, 'Your password was changed', [
      'The password of your account was changed, and your other sessions were ended.',
      'If it was not you, ask for a new password at once, as if you had forgotten it.',
    ]);
  }

  async sendRefreshReused(tx: Tx, user: Pick<Person, 'email'>): Promise<void> {
    await this.send(tx, user, 'A session was ended for your safety', [
      'A refresh token of one of your sessions was used twice. It may have been copied, so the session was ended.',
      'Sign in again. If you do not know why this happened, change your password and end your other sessions.',
    ]);
  }

  async sendAccountDeleted(tx: Tx, user: Person): Promise<void> {
    await this.send(tx, user, 'Your account was deleted', [
      'Your account, its sessions and its personal access tokens were deleted.',
    ]);
  }

  private async verificationLink(tx: Tx, user: Person): Promise<string> {
    const secret = await this.secrets.issue(tx, user.id, 'verify_email');
    return `${this.dashboardUrl}/email/verify?token=${secret}`;
  }

  private async resetLink(tx: Tx, user: Person): Promise<string> {
    const secret = await this.secrets.issue(tx, user.id, 'reset_password');
    return `${this.dashboardUrl}/password/reset?token=${secret}`;
  }

  private async send(tx: Tx, { email }: Pick<Person, 'email'>, subject: string, lines: string[]): Promise<void> {
    await this.mailer.enqueue(tx, { to: email, subject, text: `${lines.join('\n\n')}\n` });
  }
}
