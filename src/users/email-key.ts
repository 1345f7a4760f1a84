/**
 * The key under which an email address is unique. Pure. Two spellings that a person, or a mail system, could take for the
 * same address have the same key; mail always goes to the address as its owner typed it, never to a look-alike spelling.
 *
 * CHANGING THIS FUNCTION SEPARATES EXISTING ACCOUNTS FROM THEIR ADDRESSES: it needs a migration of every email_key.
 */

/**
 * Compatibility forms are unified (NFKC; some begin with a space, so that trimming comes after), then case: upper before lower, so that `ß` meets `ss` and the dotless `ı` meets
 * `i`; the dot that lower-casing leaves of `İ` is dropped (the collision behind several takeovers by password reset).
 */
export function emailKey(email: string): string {
  const folded = email.normalize('NFKC').trim().toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replaceAll('i\u0307', 'i');
}
