/** Notices: mails that report an event to the owner of an account, and contain no link. */
import { Injectable } from '@nestjs/common';
import { databaseTime } from '../platform/database/database-time.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { utcMinute } from '../platform/mail/mail-formatting.js';
import { Mailer } from '../platform/mail/mailer.service.js';
import type { Person } from './users.service.js';

/** The kind of these mails for `MailChecks`. */
export const NOTICE_MAIL = 'account-notice';

type Recipient = Pick<Person, 'email'>;

@Injectable()
export class AccountNotices {
  constructor(private readonly mailer: Mailer) {}

  async sendPasswordChanged(tx: Tx, user: Recipient): Promise<void> {
    await this.notify(tx, user, 'Your password was changed', [
      `The password of your account was changed at ${await now(tx)}, and your other sessions were ended.`,
      'If it was not you, ask for a new password at once, as if you had forgotten it.',
    ]);
  }

  async sendRefreshReused(tx: Tx, user: Recipient): Promise<void> {
    await this.notify(tx, user, 'A session was ended for your safety', [
      `A refresh token of one of your sessions was used twice, at ${await now(tx)}. It may have been copied, so the session was ended.`,
      'Sign in again. If you do not know why this happened, change your password and end your other sessions.',
    ]);
  }

  async sendAccountDeleted(tx: Tx, user: Recipient): Promise<void> {
    await this.notify(tx, user, 'Your account was deleted', [
      `Your account, its sessions and its personal access tokens were deleted at ${await now(tx)}.`,
    ]);
  }

  private async notify(tx: Tx, { email }: Recipient, subject: string, lines: string[]): Promise<void> {
    const text = `${lines.join('\n\n')}\n`;
    await this.mailer.enqueue(tx, { to: email, subject, text, about: { kind: NOTICE_MAIL, id: '' } });
  }
}

async function now(tx: Tx): Promise<string> {
  return utcMinute(await databaseTime(tx));
}
