import { createTransport } from 'nodemailer';
import type { MailSender } from '../../../config/app-config.js';
import { messageOf } from './mail-message.js';
import { MailTransport, type QueuedMail } from './mail-transport.js';

/** The transport that sends mails to the SMTP server of `SMTP_URL` (RFC 5321), by TLS whenever the server offers it. */
export class SmtpTransport extends MailTransport {
  private readonly smtp;

  constructor(
    url: string,
    private readonly from: MailSender,
  ) {
    super();
    this.smtp = createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 });
  }

  override async deliver(mail: QueuedMail): Promise<null> {
    await this.smtp.sendMail(messageOf(mail, this.from));
    return null;
  }
}
