/** Interleaved runs, so that whatever else the machine does falls on all subjects alike. Medians, never the best. */
import { load } from './load/generator.js';
import type { Generator } from './load/order.js';
import { hasWrk } from './load/wrk.js';
import type { Options } from './options.js';

export interface Subject {
  readonly name: string;
  readonly url: string;
  /** Bearers of a round, numbered from 0; the warm-up has the number -1. */
  readonly credentials: (round: number) => readonly string[];
  /** When each credential is for one use, the round ends with them. */
  readonly isOnceEach?: boolean;
  /** Goes on beside a round until the returned function is called. */
  readonly meanwhile?: () => () => Promise<void>;
}

/** Requests a second of each round. */
export type Outcome = ReadonlyMap<Subject, readonly number[]>;

export async function race(subjects: readonly Subject[], options: Options): Promise<Outcome> {
  const outcome = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
  // The same one for all: a ratio of rates by two generators would mean nothing.
  const by = subjects.some(({ isOnceEach }) => isOnceEach) || !hasWrk() ? 'autocannon' : 'wrk';
  for (const subject of subjects) await warmUp(subject, options.warmupSeconds, by);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const subject of subjects) outcome.get(subject)?.push(await run(subject, round, options.seconds, by));
  }
  return outcome;
}

/** Everything that is remembered between requests is remembered when the first round begins, however slow the machine. */
async function warmUp(subject: Subject, seconds: number, by: Generator): Promise<void> {
  if (!subject.isOnceEach) await run({ ...subject, isOnceEach: true }, -1, seconds, 'autocannon');
  await run(subject, -1, seconds, by);
}

async function run(subject: Subject, round: number, seconds: number, by: Generator): Promise<number> {
  const { url, credentials, isOnceEach = false, meanwhile } = subject;
  const order = { kind: 'saturation', by, url, credentials: credentials(round), seconds, isOnceEach } as const;
  const stop = meanwhile?.();
  try {
    const { requestsPerSecond } = await load(order);
    console.log(`  ${round < 0 ? 'warm-up, ' : ''}${subject.name}: ${Math.round(requestsPerSecond)} requests/s`);
    return requestsPerSecond;
  } finally {
    await stop?.();
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
