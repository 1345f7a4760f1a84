/**
 * Interleaved rounds, so that whatever else the machine does falls on all subjects alike. Each second round goes the other
 * way round: who follows whom decides nothing. Medians, never the best.
 */
import { load, loadByClient } from './load/load.js';
import type { ClosedLoadRequest, LoadResult } from './load/load-request.js';
import type { Options } from './options.js';
import type { ServerProcess } from './server-process.js';
import { median } from './statistics.js';

export interface Subject {
  readonly name: string;
  /** `null` when it does not tell what it uses. */
  readonly server: ServerProcess | null;
  readonly url: string;
  /** Bearers of a round, numbered from 0; the warm-up has the number -1. */
  readonly credentials: (round: number) => readonly string[];
  /** When each credential is for one use, the round ends with them. */
  readonly isOnceEach?: boolean;
  /** Goes on beside a round until the returned function is called. */
  readonly meanwhile?: () => () => Promise<void>;
}

/** A subject under so many connections. */
export interface Entrant {
  readonly subject: Subject;
  readonly connections: number;
}

/** The processor's time is that of the measured process alone, all of its threads, and not of PostgreSQL or the load. */
export interface Sample {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly userUsPerRequest: number;
  readonly systemUsPerRequest: number;
  readonly requestsPerTurn: number;
}

/** Of each round. */
export type Outcome = ReadonlyMap<Entrant, readonly Sample[]>;

const MOST_WARMUP_CONNECTIONS = 64;
/** Of a round, before it and not counted: what the process did for the subject before costs the next one its first moments. */
const LEAD_IN_SHARE = 0.15;

/** Throws when a single request failed. */
export async function runInterleaved(entrants: readonly Entrant[], options: Options): Promise<Outcome> {
  const outcome = new Map<Entrant, Sample[]>(entrants.map((entrant) => [entrant, []]));
  // The same one for all: a ratio of rates by two generators would mean nothing.
  const loadBy = entrants.some(({ subject }) => subject.isOnceEach) ? loadByClient : load;
  for (const subject of new Set(entrants.map((entrant) => entrant.subject))) await warmUp(subject, loadBy, options);
  for (let round = 0; round < options.rounds; round += 1) {
    const order = round % 2 === 0 ? entrants : [...entrants].reverse();
    for (const entrant of order) {
      await leadIn(entrant, round, options.seconds);
      outcome.get(entrant)?.push(await run(entrant, round, loadBy, options.seconds));
    }
  }
  return outcome;
}

/** What is for one use is for the round. */
async function leadIn({ subject, connections }: Entrant, round: number, seconds: number): Promise<void> {
  if (subject.isOnceEach) return;
  const { url, credentials } = subject;
  const order = { kind: 'closed', url, connections, credentials: credentials(round) } as const;
  await loadByClient({ ...order, seconds: seconds * LEAD_IN_SHARE });
}

type Load = (order: ClosedLoadRequest) => Promise<LoadResult>;

/** Everything that is remembered between requests is remembered when the first round begins, however slow the machine. */
async function warmUp(subject: Subject, loadBy: Load, { warmupSeconds, connections: counts }: Options): Promise<void> {
  const connections = Math.min(MOST_WARMUP_CONNECTIONS, Math.max(...counts));
  if (!subject.isOnceEach) {
    await run({ subject: { ...subject, isOnceEach: true }, connections }, -1, loadByClient, warmupSeconds);
  }
  await run({ subject, connections }, -1, loadBy, warmupSeconds);
}

async function run({ subject, connections }: Entrant, round: number, loadBy: Load, seconds: number): Promise<Sample> {
  const { server, url, credentials, isOnceEach = false, meanwhile } = subject;
  const before = await server?.usage();
  const stop = meanwhile?.();
  try {
    const order = { kind: 'closed', url, connections, credentials: credentials(round), seconds, isOnceEach } as const;
    const result = await loadBy(order);
    const after = await server?.usage();
    const used = (what: 'userUs' | 'systemUs' | 'turns'): number => (after?.[what] ?? NaN) - (before?.[what] ?? NaN);
    const { requests, ...rates } = result;
    const rate = `${Math.round(rates.requestsPerSecond)} requests/s, p99 ${rates.p99Ms.toFixed(1)} ms`;
    console.log(`  ${round < 0 ? 'warm-up, ' : ''}${subject.name}, ${connections} connections: ${rate}`);
    return {
      ...rates,
      userUsPerRequest: used('userUs') / requests,
      systemUsPerRequest: used('systemUs') / requests,
      requestsPerTurn: requests / used('turns'),
    };
  } finally {
    await stop?.();
  }
}

/** Each quantity's own median over the rounds. */
export function medianOf(samples: readonly Sample[]): Sample {
  const of = (name: keyof Sample): number => median(samples.map((sample) => sample[name]));
  return {
    requestsPerSecond: of('requestsPerSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    userUsPerRequest: of('userUsPerRequest'),
    systemUsPerRequest: of('systemUsPerRequest'),
    requestsPerTurn: of('requestsPerTurn'),
  };
}
