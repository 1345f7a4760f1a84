/**
 * User-chosen names in mails. Pure. Strangers choose names of organizations and of users, and mail programs turn
 * link-like text into links. A name is used only if no part of it can pass for a link, an address or a telephone number
 * (tested by test/unit/platform/mail/mail-formatting.spec.ts).
 */

/** Letters, digits, joiners and punctuation of names; a dot, a colon or a slash only where no link has one. */
const PLAIN = /^(?:\u200c|\u200d|[\p{L}\p{M}\p{Nd} '’&()+,_!-]|[.:](?=$| ))+$/u;
const LINK_WORDS = /(?:https?|hxxps?|ftps?|mailto|javascript|www)(?![\p{L}\p{M}])/iu;
/** Mail programs make telephone numbers of at least seven digits clickable. */
const TELEPHONE = /\p{Nd}(?:[ ()+-]*\p{Nd}){6}/u;
const MAX_LENGTH = 60;

/** Returns the name, shortened to 60 characters, or `null` when it could pass for a link. */
export function plainName(name: string): string | null {
  // Also in the form that mail programs may fold it to: `．` and `⒈` become dots.
  const isPlain = [name, name.normalize('NFKC')].every(
    (form) => PLAIN.test(form) && !LINK_WORDS.test(form) && !TELEPHONE.test(form),
  );
  if (!isPlain) return null;
  const characters = [...name];
  return characters.length <= MAX_LENGTH
    ? name
    : `${characters
        .slice(0, MAX_LENGTH - 1)
        .join('')
        .trimEnd()}…`;
}

/** Returns an instant rounded down to the minute: `2026-11-26 14:05 UTC`. */
export function utcMinute(instant: Date): string {
  return `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
