/** A queued mail as an RFC 5322 message for nodemailer, which encodes header values: no line break gets into one. */
import addressparser from 'nodemailer/lib/addressparser';
import type { SendMailOptions } from 'nodemailer';
import type { QueuedMail } from './mail-transport.js';

/** Throws when `to` is anything but one plain address, so that no text can add a recipient. */
export function messageOf(mail: QueuedMail, from: string): SendMailOptions {
  if (!isOneAddress(mail.to)) throw new Error('the recipient is not one address');
  return {
    messageId: `<${mail.id}@${domainOf(from)}>`,
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    headers: { 'Auto-Submitted': 'auto-generated' },
    // The text is only ever text, whatever it looks like.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function isOneAddress(to: string): boolean {
  const [first, ...others] = addressparser(to);
  return others.length === 0 && first?.address === to && !/[<>\p{Cc}]/u.test(to);
}

function domainOf(from: string): string {
  return /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}

/** The first link that stands on a line of its own, if there is one. */
export function linkIn(text: string): string | null {
  return /^https?:\/\/\S+$/m.exec(text)?.[0] ?? null;
}
