/**
 * Interleaved rounds, so that other load of the machine affects all subjects alike. Every second round runs in reverse
 * order, so that the order decides nothing. Results are medians, never the best.
 */
import type { ClosedLoadRequest, LoadResult } from './load/load-request.js';
import { load, loadByClient } from './load/load.js';
import type { Options } from './options.js';
import type { ServerProcess } from './server-process.js';
import { median } from './statistics.js';

export interface Subject {
  readonly name: string;
  /** `null` when the process does not report its usage. */
  readonly server: ServerProcess | null;
  readonly url: string;
  /** Bearers of a round, counted from 0; the warm-up is round -1. */
  readonly credentials: (round: number) => readonly string[];
  /** When each credential is used once only, the round ends with the credentials. */
  readonly isOnceEach?: boolean;
  /** Background activity of a round, until the returned function is called. */
  readonly meanwhile?: () => () => Promise<void>;
}

/** Subject with a number of connections. */
export interface SubjectLoad {
  readonly subject: Subject;
  readonly connections: number;
}

/**
 * Result of one round. The processor time is that of the measured process, all threads, without PostgreSQL and the load
 * generator.
 */
export interface Sample {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly userUsPerRequest: number;
  readonly systemUsPerRequest: number;
  readonly requestsPerTurn: number;
}

/** Samples of each round. */
export type Outcome = ReadonlyMap<SubjectLoad, readonly Sample[]>;

const MAX_WARMUP_CONNECTIONS = 64;
/**
 * Share of a round that precedes it uncounted: the previous load of the process would otherwise slow the first moments
 * of the next.
 */
const LEAD_IN_SHARE = 0.15;

/** Throws when any request failed. */
export async function runInterleaved(loads: readonly SubjectLoad[], options: Options): Promise<Outcome> {
  const outcome = new Map<SubjectLoad, Sample[]>(loads.map((subjectLoad) => [subjectLoad, []]));
  // One generator for all subjects: a ratio of rates by two generators would be meaningless.
  const loadBy = loads.some(({ subject }) => subject.isOnceEach) ? loadByClient : load;
  for (const subject of new Set(loads.map((subjectLoad) => subjectLoad.subject)))
    await warmUp(subject, loadBy, options);
  for (let round = 0; round < options.rounds; round += 1) {
    const order = round % 2 === 0 ? loads : [...loads].reverse();
    for (const subjectLoad of order) {
      await leadIn(subjectLoad, round, options.seconds);
      outcome.get(subjectLoad)?.push(await run(subjectLoad, round, loadBy, options.seconds));
    }
  }
  return outcome;
}

/** Credentials for one use are reserved for the counted round. */
async function leadIn({ subject, connections }: SubjectLoad, round: number, seconds: number): Promise<void> {
  if (subject.isOnceEach) return;
  const { url, credentials } = subject;
  const order = { kind: 'closed', url, connections, credentials: credentials(round) } as const;
  await loadByClient({ ...order, seconds: seconds * LEAD_IN_SHARE });
}

type Load = (order: ClosedLoadRequest) => Promise<LoadResult>;

/** Fills all caches before the first round begins, however slow the machine. */
async function warmUp(subject: Subject, loadBy: Load, { warmupSeconds, connections: counts }: Options): Promise<void> {
  const connections = Math.min(MAX_WARMUP_CONNECTIONS, Math.max(...counts));
  if (!subject.isOnceEach) {
    await run({ subject: { ...subject, isOnceEach: true }, connections }, -1, loadByClient, warmupSeconds);
  }
  await run({ subject, connections }, -1, loadBy, warmupSeconds);
}

async function run(
  { subject, connections }: SubjectLoad,
  round: number,
  loadBy: Load,
  seconds: number,
): Promise<Sample> {
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
