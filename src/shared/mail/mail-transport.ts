/** The last step of a mail. Both transports pass test/api/mail/transports.spec.ts. */
import type { Mail } from './mailer.js';

export interface QueuedMail extends Mail {
  /** The same at every attempt, so that a mail which arrives twice can be recognised by its Message-ID. */
  readonly id: string;
}

export abstract class MailTransport {
  /** Resolves when the mail is out of this service's hands; a rejection means that it will be tried again. */
  abstract deliver(mail: QueuedMail): Promise<void>;
}
