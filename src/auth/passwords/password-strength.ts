/**
 * The number of guesses that a password withstands, by the estimator of the zxcvbn-ts project: dictionaries, leet,
 * reversal, keyboard walks, sequences, repetitions and dates. Pure. It is the only importer of the library.
 */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/**
 * The maximum length that is estimated, in UTF-16 code units. The estimator's time grows with the square of the length
 * and with the leet substitutions. It is 181 ms for 128 digits by its defaults, and 4 ms for 32 with these
 * (docs/decisions/0019-first-proof-and-passwords.md). It runs on the main thread.
 */
export const MAX_ESTIMATED_LENGTH = 32;
const LEET_SUBSTITUTIONS = 3;

/** Common passwords, which attackers try first: about 49,000 from the library's dictionaries. */
const COMMON_PASSWORDS: ReadonlySet<string> = new Set(dictionary['passwords-common']);

const estimator = new ZxcvbnFactory({
  dictionary,
  graphs: adjacencyGraphs,
  maxLength: MAX_ESTIMATED_LENGTH,
  l33tMaxSubstitutions: LEET_SUBSTITUTIONS,
});

/** The kind of a part of a password. */
export type PartKind = 'word' | 'context' | 'repetition' | 'sequence' | 'date' | 'unknown';

export interface Part {
  readonly kind: PartKind;
  readonly text: string;
  /** The text that a repetition repeats. */
  readonly repeated?: string;
}

export interface Estimate {
  /** The decimal logarithm of the number of guesses. */
  readonly guessesLog10: number;
  readonly parts: readonly Part[];
}

const KINDS: Readonly<Record<string, PartKind>> = {
  dictionary: 'word',
  repeat: 'repetition',
  sequence: 'sequence',
  spatial: 'sequence',
  date: 'date',
  regex: 'date',
};

interface Match {
  readonly pattern: string;
  readonly token: string;
  readonly dictionaryName?: unknown;
  readonly matchedWord?: unknown;
  readonly baseToken?: unknown;
}

/**
 * Estimates at most the first `MAX_ESTIMATED_LENGTH` UTF-16 code units. `words` are known to attackers of the account, in
 * lower case.
 */
export function estimate(text: string, words: readonly string[]): Estimate {
  const { guessesLog10, sequence } = estimator.check(text, [...words]);
  return { guessesLog10, parts: sequence.map((match: Match) => partOf(match, words)) };
}

/** A word about the account may be found in another dictionary first; it still counts as context. */
function partOf({ pattern, token, dictionaryName, matchedWord, baseToken }: Match, words: readonly string[]): Part {
  const isContext = dictionaryName === 'userInputs' || words.some((word) => word === matchedWord);
  return {
    kind: isContext ? 'context' : (KINDS[pattern] ?? 'unknown'),
    text: token,
    ...(typeof baseToken === 'string' && { repeated: baseToken }),
  };
}

/** `candidate` must be in lower case. */
export function isCommonPassword(candidate: string): boolean {
  return COMMON_PASSWORDS.has(candidate);
}
