/**
 * Mail, as the rest of the service sees it: a mail is enqueued in the transaction that gives rise to it, and a worker
 * delivers it after the commit, at least once, across restarts.
 */
import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactions.service.js';

/** What a mail is about. The room of this kind is asked for objections right before the mail leaves. */
export interface MailMatter {
  readonly kind: string;
  readonly id: string;
}

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** Plain text; a link that must be clicked stands on a line of its own. */
  readonly text: string;
  /** Until then the mail may be delivered, and later never; three days from now when it is left out. */
  readonly usefulUntil?: Date;
  readonly about?: MailMatter;
}

@Injectable()
export abstract class Mailer {
  abstract enqueue(tx: Tx, mail: Mail): Promise<void>;
}
