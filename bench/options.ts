/** Options of the command line. */
import { parseArgs } from 'node:util';

export interface Options {
  /** Measurements by name; `null` for all of them. */
  readonly only: readonly string[] | null;
  /** Number of whole runs, each with its own processes and databases. */
  readonly runs: number;
  /** Interleaved rounds of a run, with each subject once a round. */
  readonly rounds: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly connections: readonly number[];
  /** Live tokens used in turn: enough that a peer which writes to their rows never waits for a row lock. */
  readonly credentials: number;
  /** Tokens that a cold run may use up, and number of facts in the cache afterwards. */
  readonly tokens: number;
  /** Rows of the large table; `null` without `--big`. */
  readonly bigTable: number | null;
  /** Whether the peer takes part; its packages are in bench/package.json. */
  readonly hasPeer: boolean;
  /** Whether the service is measured as compiled JavaScript; `false` is for trying out the harness only. */
  readonly isCompiled: boolean;
  /** Path of the page; `null` for the terminal only. */
  readonly report: string | null;
}

const PAGE = 'docs/benchmarks.md';

/** Throws for unknown options. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '1' },
      only: { type: 'string' },
      rounds: { type: 'string', default: '2' },
      seconds: { type: 'string', default: '2' },
      warmup: { type: 'string', default: '2' },
      connections: { type: 'string', default: '1,16,64,256' },
      credentials: { type: 'string', default: '1000' },
      tokens: { type: 'string', default: '200000' },
      big: { type: 'boolean', default: false },
      'big-rows': { type: 'string', default: '10000000' },
      'without-peer': { type: 'boolean', default: false },
      uncompiled: { type: 'boolean', default: false },
      report: { type: 'string' },
    },
  });
  return {
    only: values.only?.split(',') ?? null,
    runs: countOf(values.runs),
    rounds: countOf(values.rounds),
    seconds: secondsOf(values.seconds),
    warmupSeconds: secondsOf(values.warmup),
    connections: values.connections.split(',').map(countOf),
    credentials: countOf(values.credentials),
    tokens: countOf(values.tokens),
    bigTable: values.big ? countOf(values['big-rows']) : null,
    hasPeer: !values['without-peer'],
    isCompiled: !values.uncompiled,
    report: values.report ?? (isWhole(args) ? PAGE : null),
  };
}

/** A partial run, or one of another length, writes no page. */
function isWhole(args: readonly string[]): boolean {
  return args.every((argument, index) => {
    const name = argument.startsWith('--') ? argument : (args[index - 1] ?? '');
    return /^--(runs|big)(=|$)/.test(name);
  });
}

function countOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${text} is not a whole number above 0`);
  return Number(text);
}

function secondsOf(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) === 0) throw new Error(`${text} is not a number of seconds above 0`);
  return Number(text);
}
