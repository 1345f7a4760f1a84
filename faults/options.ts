/** What the command line asks for. */
import { parseArgs } from 'node:util';

export interface Options {
  /** Cells by name; `null` for all of them. */
  readonly only: readonly string[] | null;
  readonly probes: number;
  /** Rounds of a cell, whatever its own minimum. */
  readonly rounds: number | undefined;
  readonly instances: number;
  /** What `npm start` starts. */
  readonly entry: string;
  /** Where the summary goes; `null` for nowhere but the terminal. */
  readonly summary: string | null;
  /** Whether to end when the standard input does, so that whoever started this run need not outlive it. */
  readonly endsWithInput: boolean;
}

const PROBES = 3_000;
const INSTANCES = 3;

/** Throws on what it does not know. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      probes: { type: 'string' },
      rounds: { type: 'string' },
      instances: { type: 'string' },
      entry: { type: 'string' },
      summary: { type: 'string' },
      'ends-with-input': { type: 'boolean' },
    },
  });
  const isComplete = values.only === undefined && values.probes === undefined && values.rounds === undefined;
  return {
    only: values.only?.split(',') ?? null,
    probes: numberOf(values.probes) ?? PROBES,
    rounds: numberOf(values.rounds),
    instances: numberOf(values.instances) ?? INSTANCES,
    entry: values.entry ?? 'dist/src/main.js',
    // A part of the run is no summary.
    summary: values.summary ?? (isComplete ? 'docs/faults.md' : null),
    endsWithInput: values['ends-with-input'] ?? false,
  };
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${text} is not a number above 0`);
  return Number(text);
}
