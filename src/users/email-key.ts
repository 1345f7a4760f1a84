/**
 * Whether two email addresses mean one account. Pure. Look-alike spellings (full-width letters, `ß` and `ss`, dotless and
 * dotted i) share one key, so that none of them opens a second account or a foreign invitation.
 */

/** The key under which an address is unique: compatibility composed (NFKC) and case folded. Idempotent. */
export function emailKey(email: string): string {
  const folded = email.trim().normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  // U+0130 lower-cases to an i with a combining dot above.
  return folded.replaceAll('i\u0307', 'i');
}
