/** Input and result of a measurement. */
import type { Environment } from '../environment.js';
import type { Sample } from '../interleaved-runs.js';
import type { Options } from '../options.js';

/** Connections in most comparisons: more than the service handles at once, fewer than make it only a queue. */
export const USUAL_CONNECTIONS = 64;

/** Subject under one load: the medians of the rounds. */
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

/** Summary value of several cells. */
export interface Figure extends Quantity {
  readonly connections: number;
  /** `null` without a target. */
  readonly bar: Bar | null;
  /** Quantities from which it is computed. */
  readonly from: readonly Quantity[];
}

export interface Taken {
  readonly cells?: readonly Cell[];
  readonly figures: readonly Figure[];
}

/** Several figures at once, because they come from the same rounds. */
export interface Measure {
  readonly name: string;
  /** Left out unless the command line asks for it. */
  readonly isExtra?: boolean;
  readonly take: (environment: Environment, options: Options) => Promise<Taken>;
}
