/**
 * The key under which mails to one mailbox are counted. Pure. Coarser than the key of an account: many mail systems deliver
 * `name+tag@` to `name@` (RFC 5233), and a limit on single addresses would be one that anybody can walk around. Addresses
 * that share this key without sharing a mailbox only share a limit.
 */
import { emailKey } from './email-key.js';

/** They ignore dots in the local part, and are one mail system. */
const DOTLESS_DOMAINS = new Set(['gmail.com', 'googlemail.com']);

export function mailboxKey(email: string): string {
  const key = emailKey(email);
  const at = key.lastIndexOf('@');
  const domain = key.slice(at + 1);
  // An address that begins with its tag has nothing before it to be counted under.
  const local = key.slice(0, at).replace(/(?<=.)\+.*$/u, '');
  return DOTLESS_DOMAINS.has(domain) ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`;
}
