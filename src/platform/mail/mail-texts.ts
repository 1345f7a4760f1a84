/**
 * What people chose, as a mail may show it. Pure. Strangers choose names of organizations and of themselves, and mail
 * programs make links of what looks like one: so a name reaches a mail only if no part of it can be taken for a link, an
 * address or a telephone number (held by test/unit/platform/mail/mail-texts.spec.ts).
 */

/** Letters, digits, joiners and the punctuation of names; a dot, a colon or a slash only where no link has one. */
const PLAIN = /^(?:\u200c|\u200d|[\p{L}\p{M}\p{Nd} '’&()+,_!-]|[.:](?=$| ))+$/u;
const WORDS_OF_LINKS = /(?:https?|hxxps?|ftps?|mailto|javascript|www)(?![\p{L}\p{M}])/iu;
/** Mail programs make telephone numbers of seven digits and more clickable. */
const TELEPHONE = /\p{Nd}(?:[ ()+-]*\p{Nd}){6}/u;
const LONGEST = 60;

/** The name, shortened to 60 characters, or `null` when it could be taken for a link. */
export function plainName(name: string): string | null {
  // Also as mail programs may fold it: `．` and `⒈` become dots.
  const isPlain = [name, name.normalize('NFKC')].every(
    (form) => PLAIN.test(form) && !WORDS_OF_LINKS.test(form) && !TELEPHONE.test(form),
  );
  if (!isPlain) return null;
  const characters = [...name];
  return characters.length <= LONGEST
    ? name
    : `${characters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`;
}

/** An instant to the minute, never later than it is: `2026-11-26 14:05 UTC`. */
export function utcMinute(instant: Date): string {
  return `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
