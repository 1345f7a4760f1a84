/** What a measure is given and what it answers with. */
import type { Ground } from '../ground.js';
import type { Options } from '../options.js';

export interface Row {
  readonly measure: string;
  readonly value: string;
  readonly bar: string;
  readonly aim: string;
  /** `null` where there is no bar. */
  readonly isReached: boolean | null;
  /** What the value was made from. */
  readonly from: string;
}

/** Several rows at once, where they come from the same runs. */
export interface Measure {
  readonly name: string;
  /** Left out when this is not asked for on the command line. */
  readonly isExtra?: boolean;
  readonly take: (ground: Ground, options: Options) => Promise<readonly Row[]>;
}
