/**
 * The policy for passwords of sufficient length. Pure. There are no composition rules (NIST SP 800-63B-4 section
 * 3.1.1.2). Refused are passwords that attackers try first, and passwords that are little more than the account's own
 * data.
 */
import {
  estimate,
  isCommonPassword,
  MAX_ESTIMATED_LENGTH,
  type Estimate,
  type Part,
  type PartKind,
} from './password-strength.js';

export const PASSWORD_MIN_LENGTH = 15;
export const PASSWORD_MAX_LENGTH = 128;

/**
 * The decimal logarithm of the guesses that a password must withstand. Four random words have 12 and more; 15 random
 * digits have 9.5 and more in 999 of 1,000 cases. Three of the thousand most common passwords in a row, or two dates,
 * have less (docs/decisions/0019-first-proof-and-passwords.md).
 */
const MIN_GUESSES_LOG10 = 9.5;

const PRODUCT_WORDS = ['latchkey'];
const MIN_WORD_LENGTH = 4;
/** Every word makes the estimate slower. */
const MAX_WORDS = 60;

/** The maximum for one half of an alternation; seven random digits have more unless they are a recent date. */
const MAX_SEQUENCE_LOG10 = 3.5;

/** The minimum of characters left after the words about the account are removed. */
const MIN_OWN_CHARACTERS = 8;

/** A shorter repeated word is a pattern, even if it is common. */
const MIN_REPEATED_LENGTH = 6;

/** Each character stands for the Latin one at the same index. */
const LOOK_ALIKES = 'асеіјкморѕтухԁԛԝαικνορτυωħłøđ';
const LATIN = 'aceijkmopstyxdqwaikvoptuwhlod';

/** Punctuation and spaces between words make a password no harder to guess. */
const SEPARATORS = /[\p{P}\p{S}\p{Z}]+/gu;

/** This number of distinct emoji is more than a pattern. */
const MIN_DISTINCT_EMOJI = 4;

/**
 * Only emoji and rare scripts. The estimator counts each as two characters of ten, and no attacker's list contains any.
 */
const BEYOND_ESTIMATE = /^(?:[\u{10000}-\u{10ffff}](?:\u200d|\ufe0f)*)+$/u;

export interface PasswordOwner {
  readonly email: string;
  readonly name: string;
  /** The names and slugs of the user's organizations. */
  readonly organizations?: readonly string[];
}

const MESSAGES = {
  common_password: 'must not be a commonly used password, or little more than that',
  context_words: 'must not be little more than your name, your address, your organization or the name of this service',
  repeated_pattern: 'must not repeat a few characters',
  sequence: 'must not run along the alphabet, the digits or the keyboard',
  dates: 'must not be made of dates',
} as const;

export type PasswordRule = keyof typeof MESSAGES;

export interface PasswordFault {
  readonly rule: PasswordRule;
  readonly message: string;
}

/** Returns the fault of the password for this user, or `null`. Its length is checked elsewhere. */
export function passwordFault(password: string, owner: PasswordOwner): PasswordFault | null {
  const [folded, words] = [fold(password), contextWords(owner)];
  const latin = inLatin(folded);
  const rule = brokenRule(folded, words) ?? (latin === folded ? null : brokenRule(latin, words.map(inLatin)));
  return rule && { rule, message: MESSAGES[rule] };
}

function brokenRule(password: string, words: readonly string[]): PasswordRule | null {
  const bare = password.replace(SEPARATORS, '');
  if ([password, bare].some(isCommonPassword)) return 'common_password';
  if (BEYOND_ESTIMATE.test(password)) return isRepeatedEmoji(password) ? 'repeated_pattern' : null;
  // Dates and numbers are as strong without the separators between their digits.
  const estimated = /^\d{8,}$/.test(bare) ? bare : password;
  const rule = ruleOf(estimate(estimated, words), words);
  if (estimated.length <= MAX_ESTIMATED_LENGTH) return rule ?? (alternatesSequences(password) ? 'sequence' : null);
  if (rule === null) return null;
  // A long password is as strong as the stronger one of its ends.
  return ruleOf(estimate(estimated.slice(-MAX_ESTIMATED_LENGTH), words), words) && rule;
}

/** Emoji up to the length that is estimated of other characters: an attacker does not try every length. */
function isRepeatedEmoji(password: string): boolean {
  const emoji = password.match(/[\u{10000}-\u{10ffff}]/gu) ?? [];
  return emoji.length <= MAX_ESTIMATED_LENGTH && new Set(emoji).size < MIN_DISTINCT_EMOJI;
}

/** Whether two sequences alternate, as in `a1b2c3d4e5f6g7h8` or `aabbccddeeffgghh`. */
function alternatesSequences(text: string): boolean {
  const signs = [...text];
  return [0, 1].every((first) => {
    const half = signs.filter((_, index) => index % 2 === first).join('');
    return estimate(half, []).guessesLog10 < MAX_SEQUENCE_LOG10;
  });
}

function ruleOf(part: Estimate, words: readonly string[]): PasswordRule | null {
  if (isLittleMoreThanContext(part, words)) return 'context_words';
  return part.guessesLog10 >= MIN_GUESSES_LOG10 ? null : ruleOfLongest(part);
}

/** The estimate has already removed words in any spelling; between separators it may have left some unchanged. */
function isLittleMoreThanContext({ parts }: Estimate, words: readonly string[]): boolean {
  const others = parts.filter(({ kind }) => kind !== 'context').map(({ text }) => text);
  const own = others.map((text) => withoutWords(text, words));
  const hasContext = others.length < parts.length || own.some((text, index) => text !== others[index]);
  return hasContext && [...own.join('').replace(SEPARATORS, '')].length < MIN_OWN_CHARACTERS;
}

/** Removes the words, which must be sorted longest first. */
function withoutWords(text: string, words: readonly string[]): string {
  return words.reduce((left, word) => left.replaceAll(word, ''), text);
}

const RULES: Readonly<Record<PartKind, PasswordRule>> = {
  word: 'common_password',
  context: 'context_words',
  repetition: 'repeated_pattern',
  sequence: 'sequence',
  date: 'dates',
  unknown: 'common_password',
};

/** Returns the rule about the longest part of a known kind. */
function ruleOfLongest({ parts }: Estimate): PasswordRule {
  const [longest] = parts
    .filter(({ kind }) => kind !== 'unknown')
    .sort((one, other) => other.text.length - one.text.length);
  if (!longest || repeatsCommonWord(longest)) return 'common_password';
  return RULES[longest.kind];
}

function repeatsCommonWord({ repeated = '' }: Part): boolean {
  return repeated.length >= MIN_REPEATED_LENGTH && isCommonPassword(repeated);
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Returns the text without marks, and with Latin letters for look-alike Cyrillic or Greek ones among Latin ones. */
function inLatin(text: string): string {
  const bare = text.normalize('NFKD').replace(/\p{M}+/gu, '');
  if (!/[a-z]/.test(bare)) return text;
  return [...bare].map((sign) => LATIN[LOOK_ALIKES.indexOf(sign)] ?? sign).join('');
}

function contextWords({ email, name, organizations = [] }: PasswordOwner): string[] {
  const texts = [...PRODUCT_WORDS, email, name, ...organizations].map(fold);
  const words = texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]);
  const usable = [...new Set(words)].filter((word) => word.length >= MIN_WORD_LENGTH).slice(0, MAX_WORDS);
  return usable.sort((one, other) => other.length - one.length);
}
