/** The delivery of a mail. Both transports pass test/api/mail/transports.spec.ts. */
import type { Mail } from './mailer.service.js';

/** A mail in the queue. Mails queued by an older version have neither `usefulUntil` nor `about`. */
export interface QueuedMail extends Omit<Mail, 'usefulUntil'> {
  /** Constant over all attempts, so that a mail that arrives twice can be recognised by its Message-ID. */
  readonly id: string;
  /** RFC 3339. */
  readonly usefulUntil?: string;
}

export abstract class MailTransport {
  /**
   * Resolves when the mail is delivered, with the path of its file if the transport writes files. delivery-failure.ts
   * classifies a rejection.
   */
  abstract deliver(mail: QueuedMail): Promise<string | null>;
}
