/**
 * The interface for sending mail. A mail is enqueued in the transaction that causes it. A worker delivers it after the
 * commit, at least once, across restarts.
 */
import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactions.service.js';

/** The subject of a mail. The module of this kind is asked for objections right before delivery. */
export interface MailSubject {
  readonly kind: string;
  readonly id: string;
}

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** Plain text; a link stands on a line of its own. */
  readonly text: string;
  /** The end of delivery attempts; three days from now by default. */
  readonly usefulUntil?: Date;
  readonly about?: MailSubject;
}

@Injectable()
export abstract class Mailer {
  abstract enqueue(tx: Tx, mail: Mail): Promise<void>;
}
