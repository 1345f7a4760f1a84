/**
 * How many guesses a password withstands, by the estimator of the zxcvbn-ts project: dictionaries, leet, reversal, walks
 * on the keyboard, sequences, repetitions and dates. Pure. It is the only importer of the library.
 */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/**
 * The estimator's time grows with the square of the length and with the substitutions that it tries for leet: 181 ms for
 * 128 digits by its defaults, 4 ms for 32 with these (docs/decisions/0019-first-proof-and-passwords.md). It runs on the
 * thread that answers everybody.
 */
export const LONGEST_ESTIMATED = 32;
const LEET_SUBSTITUTIONS = 3;

const estimator = new ZxcvbnFactory({
  dictionary,
  graphs: adjacencyGraphs,
  maxLength: LONGEST_ESTIMATED,
  l33tMaxSubstitutions: LEET_SUBSTITUTIONS,
});

/** What a part of a password is made of. */
export type PartKind = 'word' | 'context' | 'repetition' | 'sequence' | 'date' | 'unknown';

export interface Part {
  readonly kind: PartKind;
  readonly text: string;
  /** What a repetition repeats. */
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

/** Reads no more than `LONGEST_ESTIMATED` UTF-16 code units. `words`: what guessers know about the account, in lower case. */
export function estimate(text: string, words: readonly string[]): Estimate {
  const { guessesLog10, sequence } = estimator.check(text, [...words]);
  return { guessesLog10, parts: sequence.map((match: Match) => partOf(match, words)) };
}

/** A word about the account may stand in another dictionary, too, and is then found there. */
function partOf({ pattern, token, dictionaryName, matchedWord, baseToken }: Match, words: readonly string[]): Part {
  const isContext = dictionaryName === 'userInputs' || words.some((word) => word === matchedWord);
  return {
    kind: isContext ? 'context' : (KINDS[pattern] ?? 'unknown'),
    text: token,
    ...(typeof baseToken === 'string' && { repeated: baseToken }),
  };
}
