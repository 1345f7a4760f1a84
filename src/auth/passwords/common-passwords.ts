/** The passwords that attackers try first: about 49,000, from the dictionaries that the zxcvbn-ts project maintains. */
import { dictionary } from '@zxcvbn-ts/language-common';

const COMMON: ReadonlySet<string> = new Set(dictionary['passwords-common']);

/** `candidate` in lower case. */
export function isCommonPassword(candidate: string): boolean {
  return COMMON.has(candidate);
}
