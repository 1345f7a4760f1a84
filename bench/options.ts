/** What the command line asks for. */
import { parseArgs } from 'node:util';

export interface Options {
  /** Measures by name; `null` for all of them. */
  readonly only: readonly string[] | null;
  /** Interleaved rounds: each subject once a round. */
  readonly rounds: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** Tokens that a cold run may use up, and the facts that memory then holds. */
  readonly tokens: number;
  /** Rows of the large table; `null` without `--big`. */
  readonly bigTable: number | null;
  /** Where the table goes; `null` for nowhere but the terminal. */
  readonly report: string | null;
}

/** Throws on what it does not know. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      warmup: { type: 'string', default: '3' },
      tokens: { type: 'string', default: '200000' },
      big: { type: 'boolean', default: false },
      'big-rows': { type: 'string', default: '10000000' },
      report: { type: 'string' },
    },
  });
  const isShortened = ['only', 'rounds', 'seconds', 'warmup', 'tokens', 'big-rows'].some((name) =>
    args.some((each) => each.startsWith(`--${name}`)),
  );
  return {
    only: values.only?.split(',') ?? null,
    rounds: numberOf(values.rounds),
    seconds: numberOf(values.seconds),
    warmupSeconds: numberOf(values.warmup),
    tokens: numberOf(values.tokens),
    bigTable: values.big ? numberOf(values['big-rows']) : null,
    // A part of the run is no table.
    report: values.report ?? (isShortened ? null : 'docs/benchmarks.md'),
  };
}

function numberOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${text} is not a number above 0`);
  return Number(text);
}
