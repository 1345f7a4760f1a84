/** Options of the command line. */
import { parseArgs } from 'node:util';

export interface Options {
  /** Scenarios by name; `null` for all of them. */
  readonly only: readonly string[] | null;
  /** Every control once, and a few scenarios for one round each: enough to detect a broken promise. */
  readonly isShort: boolean;
  readonly probes: number;
  /** Rounds of a scenario, instead of its own minimum. */
  readonly rounds: number | undefined;
  readonly instances: number;
  /** Path of the summary; `null` for the terminal only. */
  readonly summary: string | null;
}

const PROBES = 3_000;
const INSTANCES = 3;
const SHORT_INSTANCES = 2;

/** Throws for unknown options. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      short: { type: 'boolean' },
      probes: { type: 'string' },
      rounds: { type: 'string' },
      instances: { type: 'string' },
      summary: { type: 'string' },
    },
  });
  const isShort = values.short ?? false;
  const isWhole = !isShort && [values.only, values.probes, values.rounds].every((value) => value === undefined);
  return {
    only: values.only?.split(',') ?? null,
    isShort,
    probes: numberOf(values.probes) ?? (isShort ? 1 : PROBES),
    rounds: numberOf(values.rounds) ?? (isShort ? 1 : undefined),
    instances: numberOf(values.instances) ?? (isShort ? SHORT_INSTANCES : INSTANCES),
    // A partial run writes no summary.
    summary: values.summary ?? (isWhole ? 'docs/faults.md' : null),
  };
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${text} is not a number above 0`);
  return Number(text);
}
