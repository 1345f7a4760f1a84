/**
 * Checks of a mail right before delivery. Each module registers the check of its own mails in `onModuleInit`: the mail
 * module knows neither links nor invitations.
 */
import { Injectable } from '@nestjs/common';
import { databaseTime } from '../database/database-time.js';
import { Transactions } from '../database/transactions.service.js';
import type { QueuedMail } from './mail-transport.js';

/**
 * Returns the reason against sending the mail, for the log (no address, no secret), or `null`. `isFirstAttempt` lets a
 * check count each mail once.
 */
export type MailCheck = (id: string, mail: QueuedMail, isFirstAttempt: boolean) => Promise<string | null>;

@Injectable()
export class MailChecks {
  private readonly checks = new Map<string, MailCheck>();

  constructor(private readonly transactions: Transactions) {}

  register(kind: string, check: MailCheck): void {
    if (this.checks.has(kind)) throw new Error(`two checks for mails about ${kind}`);
    this.checks.set(kind, check);
  }

  async objection(mail: QueuedMail, isFirstAttempt: boolean): Promise<string | null> {
    const { usefulUntil, about } = mail;
    if (usefulUntil !== undefined && (await this.isOver(usefulUntil))) return `it was of use until ${usefulUntil}`;
    const check = about && this.checks.get(about.kind);
    return check ? check(about.id, mail, isFirstAttempt) : null;
  }

  /** By the database's clock, which wrote the instant: a process an hour ahead would drop every mail with a link. */
  private async isOver(instant: string): Promise<boolean> {
    return Date.parse(instant) <= (await this.transactions.run(databaseTime)).getTime();
  }
}
