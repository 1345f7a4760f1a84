/**
 * Which passwords are refused although they are long enough. Pure. There are no composition rules (NIST SP 800-63B-4
 * section 3.1.1.2): what is refused is what a guesser tries early, because it is common, simple, or about the account.
 */
import { isCommonPassword } from './common-passwords.js';

export const PASSWORD_MIN_LENGTH = 15;
export const PASSWORD_MAX_LENGTH = 128;

const PRODUCT_WORDS = ['latchkey'];

/**
 * What a guesser must at least put together: a word that they know counts for two, and so does a short number, any other
 * character for one. With six, "password12345678" and "latchkey-2026-07" are refused; three words in a row are not.
 */
const MIN_WEIGHT = 6;
const WORD_WEIGHT = 2;
const LONGEST_WORD = 40;
const SHORTEST_WORD = 4;
const SHORT_NUMBER = /^\d{4,6}$/;

/** Separators are read over, unless next to nothing is left. */
const SEPARATORS = /[\p{P}\p{Z}]+/gu;
const ENOUGH_LEFT = 8;

/** From here on no list of guesses goes on with "aaaa…". */
const LONG_ENOUGH_TO_REPEAT = 64;
const LONGEST_PATTERN = 4;

const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
];
const SEQUENCES = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))];

export interface PasswordOwner {
  readonly email: string;
  readonly name: string;
}

export interface PasswordFault {
  readonly rule: 'common_password' | 'repeated_pattern' | 'sequence' | 'context_words';
  readonly message: string;
}

/** Why the password is a poor choice for this person, or `null` when it is not. Its length is checked elsewhere. */
export function passwordFault(password: string, owner: PasswordOwner): PasswordFault | null {
  const folded = password.normalize('NFKC').toLowerCase();
  if (isRepeated(folded)) return { rule: 'repeated_pattern', message: 'must not repeat a short pattern' };
  if (isSequence(folded)) return { rule: 'sequence', message: 'must not be a sequence of neighbouring characters' };
  if (isLight(folded, isCommonPassword)) {
    return { rule: 'common_password', message: 'must not be, or be made of, commonly used passwords' };
  }
  const context = contextWords(owner);
  if (isLight(folded, (word) => context.has(word) || isCommonPassword(word))) {
    return {
      rule: 'context_words',
      message: 'must not be made of your name, your address or the name of this service',
    };
  }
  return null;
}

function isRepeated(text: string): boolean {
  const characters = [...text];
  if (characters.length >= LONG_ENOUGH_TO_REPEAT) return false;
  for (let period = 1; period <= LONGEST_PATTERN; period += 1) {
    if (characters.every((character, index) => index < period || character === characters[index - period])) return true;
  }
  return false;
}

function isSequence(text: string): boolean {
  return SEQUENCES.some((sequence) => sequence.includes(text));
}

function isLight(text: string, isWord: (candidate: string) => boolean): boolean {
  const bare = text.replace(SEPARATORS, '');
  const readings = bare.length < ENOUGH_LEFT ? [text] : [text, bare];
  return readings.some((reading) => weight(reading, (word) => SHORT_NUMBER.test(word) || isWord(word)) < MIN_WEIGHT);
}

/** The least total weight over all ways to cut the text into words and single characters. */
function weight(text: string, isWord: (candidate: string) => boolean): number {
  const least = [0];
  for (let end = 1; end <= text.length; end += 1) {
    let best = (least[end - 1] ?? 0) + 1;
    for (let start = Math.max(0, end - LONGEST_WORD); start <= end - SHORTEST_WORD; start += 1) {
      const cut = (least[start] ?? 0) + WORD_WEIGHT;
      if (cut < best && isWord(text.slice(start, end))) best = cut;
    }
    least[end] = best;
  }
  return least[text.length] ?? 0;
}

function contextWords({ email, name }: PasswordOwner): ReadonlySet<string> {
  const personal = [
    email,
    ...email.split('@'),
    ...email.split(/[^\p{L}\p{N}]+/u),
    name,
    ...name.split(/[^\p{L}\p{N}]+/u),
  ];
  const folded = [...PRODUCT_WORDS, ...personal].map((word) => word.normalize('NFKC').toLowerCase());
  return new Set(folded.filter((word) => word.length >= SHORTEST_WORD));
}
