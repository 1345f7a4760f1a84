/** Common passwords, which attackers try first: about 49,000, from the dictionaries of the zxcvbn-ts project. */
import { dictionary } from '@zxcvbn-ts/language-common';

const COMMON: ReadonlySet<string> = new Set(dictionary['passwords-common']);

/** `candidate` must be in lower case. */
export function isCommonPassword(candidate: string): boolean {
  return COMMON.has(candidate);
}
