/** The last step of a mail. Both transports pass test/api/mail/transports.spec.ts. */
import type { Mail } from './mailer.service.js';

/** A mail as it waits. What an older version has queued has neither `usefulUntil` nor `about`. */
export interface QueuedMail extends Omit<Mail, 'usefulUntil'> {
  /** The same at every attempt, so that a mail which arrives twice can be recognised by its Message-ID. */
  readonly id: string;
  /** RFC 3339. */
  readonly usefulUntil?: string;
}

export abstract class MailTransport {
  /**
   * Resolves when the mail is out of this service's hands, with the path of the file that it is now, if it is one. A
   * rejection is judged by delivery-failure.ts.
   */
  abstract deliver(mail: QueuedMail): Promise<string | null>;
}
