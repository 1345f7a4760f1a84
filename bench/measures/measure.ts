/** What a measure is given and what it answers with. */
import type { Environment } from '../environment.js';
import type { Options } from '../options.js';
import type { Sample } from '../interleaved-runs.js';

/** Where most is compared: more connections than the service has to do at once, fewer than make a queue of it. */
export const USUAL_CONNECTIONS = 64;

/** One subject under one load, the medians of the rounds. */
export interface Cell {
  readonly table: 'routes' | 'twins' | 'half';
  readonly subject: string;
  readonly connections: number;
  readonly sample: Sample;
}

export type Unit = 'ratio' | 'requests/s' | 'ms' | 'MiB';

export interface Quantity {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
}

export interface Bar {
  readonly is: 'at least' | 'at most';
  readonly bar: number;
  readonly aim: number;
}

/** One value that stands for much. */
export interface Figure extends Quantity {
  readonly connections: number;
  /** `null` where nothing is promised. */
  readonly bar: Bar | null;
  /** What it was made from. */
  readonly from: readonly Quantity[];
}

export interface Taken {
  readonly cells?: readonly Cell[];
  readonly figures: readonly Figure[];
}

/** Several figures at once, where they come from the same rounds. */
export interface Measure {
  readonly name: string;
  /** Left out when this is not asked for on the command line. */
  readonly isExtra?: boolean;
  readonly take: (ground: Environment, options: Options) => Promise<Taken>;
}
