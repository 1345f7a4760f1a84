/**
 * The key under which an email address is unique. Pure. Two spellings that a person, or a mail system, could take for
 * one address have the same key. Mail always goes to the address as its owner typed it, never to a look-alike spelling.
 *
 * CHANGING THIS FUNCTION SEPARATES EXISTING ACCOUNTS FROM THEIR ADDRESSES: it needs a migration of every email_key.
 */
import { domainToASCII, domainToUnicode } from 'node:url';

/** Characters that a URL parser would not read as part of a host name. */
const NO_HOST_NAME = /[\s/?#@:\\%[\]]/;

/** Folding can produce a name that IDNA maps again; every known name is stable after the second pass. */
const MAX_PASSES = 4;

/**
 * Returns the key: local part and domain folded, and the domain in the Unicode form of IDNA (UTS 46). `bücher.example`
 * and `xn--bcher-kva.example` are one host, hence one mailbox.
 */
export function emailKey(email: string): string {
  const folded = foldedEmail(email);
  const at = folded.lastIndexOf('@') + 1;
  return at === 0 ? folded : folded.slice(0, at) + domainKey(folded.slice(at));
}

/**
 * Returns the key from before domains were read by IDNA. Accounts that share a mailbox since then keep this key, and
 * are found by it. Compatibility forms are unified by NFKC, then trimmed, because some begin with a space. Case is
 * folded upper before lower, so that `ß` equals `ss` and the dotless `ı` equals `i`. The dot that lower-casing leaves
 * of `İ` is dropped (the collision behind several takeovers by password reset).
 */
export function foldedEmail(email: string): string {
  const folded = email.normalize('NFKC').trim().toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replaceAll('i\u0307', 'i');
}

/**
 * Whether mail to both certainly reaches the same mailbox: the same local part except for ASCII case, at the same host.
 * Addresses that only share a key, such as `ı` for `i`, may belong to different people.
 */
export function isSameMailbox(one: string, other: string): boolean {
  return mailboxOf(one) === mailboxOf(other);
}

function mailboxOf(email: string): string {
  const at = email.lastIndexOf('@') + 1;
  return asciiLower(email.slice(0, at)) + (hostOf(email.slice(at)) ?? asciiLower(email.slice(at)));
}

function domainKey(domain: string): string {
  let key = domain;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const host = hostOf(key);
    const next = host === null ? key : foldedEmail(domainToUnicode(host));
    if (next === key) break;
    key = next;
  }
  return key;
}

/** Returns the host's name in ASCII (RFC 5890), without the root's dot; `null` for an invalid name. */
function hostOf(domain: string): string | null {
  const host = NO_HOST_NAME.test(domain) ? '' : domainToASCII(domain).replace(/\.+$/, '');
  return host === '' ? null : host;
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
