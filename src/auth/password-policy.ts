/**
 * Which passwords are refused although they are long enough. Pure. There are no composition rules (NIST SP 800-63B-4
 * section 3.1.1.2): what is refused is what stands in the lists of guessers, and what is little more than the account.
 */
import { isCommonPassword } from './common-passwords.js';

export const PASSWORD_MIN_LENGTH = 15;
export const PASSWORD_MAX_LENGTH = 128;

const PRODUCT_WORDS = ['latchkey'];
const SHORTEST_WORD = 4;

/** So many characters must be left when the words about the account are taken away. */
const MIN_OWN_CHARACTERS = 8;

/** The lists go on counting only as far as passwords used to be long. */
const COUNTING = '01234567890123456789';

/** Punctuation and spaces between words make nothing harder to guess. */
const SEPARATORS = /[\p{P}\p{Z}]+/gu;

export interface PasswordOwner {
  readonly email: string;
  readonly name: string;
}

export interface PasswordFault {
  readonly rule: 'common_password' | 'context_words';
  readonly message: string;
}

/** Why the password is a poor choice for this person, or `null` when it is not. Its length is checked elsewhere. */
export function passwordFault(password: string, owner: PasswordOwner): PasswordFault | null {
  const folded = fold(password);
  const readings = [folded, folded.replace(SEPARATORS, ''), unrepeated(folded)];
  if (COUNTING.includes(folded) || readings.some(isCommonPassword)) {
    return { rule: 'common_password', message: 'must not be a commonly used password' };
  }
  const own = withoutContext(folded, owner);
  if (own !== folded.replace(SEPARATORS, '') && own.length < MIN_OWN_CHARACTERS) {
    return {
      rule: 'context_words',
      message: 'must not be little more than your name, your address or the name of this service',
    };
  }
  return null;
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** The word that the text repeats, such as `password` in `passwordpassword`; itself when it repeats none. */
function unrepeated(text: string): string {
  const [, word] = /^(.{6,}?)\1+$/su.exec(text) ?? [];
  return word ?? text;
}

function withoutContext(text: string, { email, name }: PasswordOwner): string {
  const words = [...PRODUCT_WORDS, email, ...email.split(/[^\p{L}\p{N}]+/u), name, ...name.split(/[^\p{L}\p{N}]+/u)];
  const longestFirst = words.map(fold).filter((word) => word.length >= SHORTEST_WORD);
  longestFirst.sort((a, b) => b.length - a.length);
  return longestFirst.reduce((left, word) => left.replaceAll(word, ''), text).replace(SEPARATORS, '');
}
