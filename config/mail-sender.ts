/** MAIL_FROM as one mailbox (RFC 5322 section 3.4), so that no display name becomes a list or a group. */
import { domainToASCII } from 'node:url';
import addressparser from 'nodemailer/lib/addressparser';
import type { MailSender } from './app-config.js';
import { demand, variable } from './variable.js';

const MAX_NAME_LENGTH = 100;

/**
 * `<name> <address>` or a bare address. All text before the address is the name. It needs double quotes when it
 * contains `<`, `>`, `;` or an address. Unquoted it would read as a second mailbox or as a group.
 */
export const mailSender = variable('one address, such as Latchkey <latchkey@example.com>', (text): MailSender => {
  demand(!/\p{Cc}/u.test(text));
  const [, phrase = '', address = text.trim()] = /^(.*)<([^<>]*)>\s*$/u.exec(text) ?? [];
  const name = nameOf(phrase.trim());
  const [mailbox, ...others] = addressparser(`${quoted(name)} <${address}>`);
  demand(others.length === 0 && mailbox !== undefined && mailbox.group === undefined);
  // The parser drops a name that repeats the address.
  demand(mailbox.address === address && (mailbox.name === name || name === address));
  demand(/^[^\s"(),:;<>@[\\\]]+@[^\s"(),:;<>@[\\\]]+$/u.test(address) && domainToASCII(domainOf(address)) !== '');
  demand(address.split('@').every((part) => !part.split('.').includes('')));
  return { name, address };
});

/** Returns a quoted name without its quotes; any other name as it is, unless it contains an address. */
function nameOf(phrase: string): string {
  const isQuoted = /^"(?:[^"\\]|\\.)*"$/u.test(phrase);
  const name = isQuoted ? phrase.slice(1, -1).replace(/\\(.)/gu, '$1').trim() : phrase;
  demand(isQuoted || !/[<>;]|\S@\S/u.test(name));
  demand(name.length <= MAX_NAME_LENGTH);
  return name;
}

function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&')}"`;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
