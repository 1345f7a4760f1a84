/** The RFC 5322 message of a queued mail, for nodemailer, which encodes header values: no line break gets into one. */
import { domainToASCII } from 'node:url';
import type { SendMailOptions } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';
import type { MailSender } from '../../../config/app-config.js';
import { UndeliverableMail } from './delivery-failure.js';
import type { QueuedMail } from './mail-transport.js';

/** Throws when `to` is not exactly one plain address, so that no text can add a recipient. */
export function messageOf(mail: QueuedMail, from: MailSender): SendMailOptions {
  if (!isOneAddress(mail.to)) throw new UndeliverableMail('the recipient is not one address');
  return {
    messageId: `<${mail.id}@${domainOf(from.address)}>`,
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    headers: { 'Auto-Submitted': 'auto-generated' },
    // The text is never interpreted as a file or URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function isOneAddress(to: string): boolean {
  const [first, ...others] = addressparser(to);
  return others.length === 0 && first?.address === to && !/[<>\p{Cc}]/u.test(to);
}

/** Returns the domain in ASCII, as the header requires. */
function domainOf(address: string): string {
  return domainToASCII(address.slice(address.lastIndexOf('@') + 1));
}
