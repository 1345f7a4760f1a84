/**
 * The key under which mails to one mailbox are counted. Pure. Coarser than an account's key: many mail systems deliver
 * `name+tag@` to `name@` (RFC 5233), and a limit on single addresses would be easy to bypass. Addresses that share this
 * key without sharing a mailbox only share a limit.
 */
import { emailKey } from './email-key.js';

/** Domains of one mail system, which ignores dots in the local part. */
const DOTLESS_DOMAINS = new Set(['gmail.com', 'googlemail.com']);

export function mailboxKey(email: string): string {
  const key = emailKey(email);
  const at = key.lastIndexOf('@');
  const domain = key.slice(at + 1);
  // An address that begins with its tag keeps it: nothing would be left as key.
  const local = key.slice(0, at).replace(/(?<=.)\+.*$/u, '');
  return DOTLESS_DOMAINS.has(domain) ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`;
}
