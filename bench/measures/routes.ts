/** Real routes, their synthetic twins, and other ways of checking, all in the same interleaved rounds. */
import {
  medianOf,
  runInterleaved,
  type Outcome,
  type Sample,
  type Subject,
  type SubjectLoad,
} from '../interleaved-runs.js';
import { loadByClient } from '../load/load.js';
import type { Options } from '../options.js';
import { startSubjects, type SubjectKey } from '../subjects.js';
import { amount, ratio } from './figures.js';
import { USUAL_CONNECTIONS, type Cell, type Figure, type Measure } from './measure.js';
import { compareTwins } from './twins.js';

type Subjects = ReadonlyMap<SubjectKey, Subject>;

interface Comparison {
  readonly name: string;
  readonly pair: readonly [SubjectKey, SubjectKey];
  /** At the usual number of connections. */
  readonly bounds?: { readonly bar: number; readonly aim: number };
}

const COMPARISONS: readonly Comparison[] = [
  { name: 'GET /api/v1/token: fence ÷ SELECT per request', pair: ['token', 'tokenSelect'] },
  { name: 'GET /api/v1/token: fence ÷ SELECT per turn', pair: ['token', 'tokenBatch'] },
  { name: 'GET /api/v1/token ÷ better-auth', pair: ['token', 'peer'] },
  { name: 'synthetic: guarded ÷ public', pair: ['guarded', 'open'], bounds: { bar: 0.8, aim: 0.95 } },
  {
    name: 'synthetic: fence ÷ SELECT per request',
    pair: ['guarded', 'guardedSelect'],
    bounds: { bar: 4, aim: 6 },
  },
  { name: 'synthetic: fence ÷ SELECT per turn', pair: ['guarded', 'guardedBatch'] },
  { name: 'synthetic guarded ÷ better-auth', pair: ['guarded', 'peer'], bounds: { bar: 30, aim: 50 } },
  { name: 'synthetic public ÷ empty NestJS', pair: ['open', 'empty'] },
];

/** Subjects of the open load: real routes, and the ones whose tail latencies are compared. */
const OPEN_LOAD_SUBJECTS: readonly SubjectKey[] = ['token', 'list', 'guarded', 'open', 'guardedSelect', 'peer'];

export const routes: Measure = {
  name: 'routes',
  take: async (environment, options) => {
    const subjects = await startSubjects(environment, options);
    const loads = options.connections.flatMap((connections) =>
      [...subjects.values()].map((subject) => ({ subject, connections })),
    );
    const outcome = await runInterleaved(loads, options);
    const cells = loads.map((subjectLoad) =>
      scenarioOf('routes', subjectLoad, medianOf(outcome.get(subjectLoad) ?? [])),
    );
    const usual = usualConnections(options);
    const twins = await compareTwins(subjects, usual, options);
    const half = await atHalf(subjects, cells, usual, options);
    for (const { server } of subjects.values()) await server?.stop();
    return { cells: [...cells, ...twins, ...half.cells], figures: [...ratios(subjects, outcome, usual), half.figure] };
  },
};

function ratios(subjects: Subjects, outcome: Outcome, usual: number): Figure[] {
  const loads = [...outcome.keys()];
  return COMPARISONS.flatMap(({ name, pair, bounds = null }) => {
    const [numerators, denominators] = pair.map((key) => loads.filter(({ subject }) => subject === subjects.get(key)));
    return (numerators ?? []).flatMap((numerator) => {
      const { connections } = numerator;
      const denominator = denominators?.find((subjectLoad) => subjectLoad.connections === connections);
      if (!denominator) return [];
      return [ratio(name, outcome, [numerator, denominator], connections === usual ? bounds : null)];
    });
  });
}

/** Each at half of its own rate, and the public twin at the guarded one's rate as a comparison. */
async function atHalf(
  subjects: Subjects,
  cells: readonly Cell[],
  connections: number,
  options: Options,
): Promise<{ cells: Cell[]; figure: Figure }> {
  const halfOf = (key: SubjectKey): number => {
    const own = cells.find((cell) => cell.subject === subjects.get(key)?.name && cell.connections === connections);
    return Math.max(1, Math.round((own?.sample.requestsPerSecond ?? NaN) / 2));
  };
  const entries = OPEN_LOAD_SUBJECTS.flatMap((key) => {
    const subject = subjects.get(key);
    return subject ? [{ subject, rate: halfOf(key) }] : [];
  });
  const open = subjects.get('open');
  const guarded = entries.find(({ subject }) => subject === subjects.get('guarded'));
  if (!open || !guarded) throw new Error('the twins do not take part');
  const openBeside = { ...open, name: 'synthetic public, at the guarded one’s rate' };
  const taken = await openLoads([...entries, { subject: openBeside, rate: guarded.rate }], connections, options);
  const p99Of = (name: string): number => taken.find((cell) => cell.subject === name)?.sample.p99Ms ?? NaN;
  const [own, beside] = [p99Of(guarded.subject.name), p99Of(openBeside.name)];
  const figure = amount(
    { name: 'p99 added by the guard at half of the guarded route’s own saturation', value: own - beside, unit: 'ms' },
    connections,
    { bar: 5, aim: 2 },
    [
      { name: 'guarded', value: own, unit: 'ms' },
      { name: 'public, at the same rate', value: beside, unit: 'ms' },
    ],
  );
  return { cells: taken, figure };
}

interface OpenLoadEntry {
  readonly subject: Subject;
  readonly rate: number;
}

async function openLoads(entries: readonly OpenLoadEntry[], connections: number, options: Options): Promise<Cell[]> {
  const samples = new Map<OpenLoadEntry, Sample[]>(entries.map((entry) => [entry, []]));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const entry of round % 2 === 0 ? entries : [...entries].reverse()) {
      const { subject, rate } = entry;
      const { url, credentials } = subject;
      const request = { kind: 'open', url, connections, credentials: credentials(round), rate } as const;
      const result = await loadByClient({ ...request, seconds: options.seconds });
      const tail = `p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)} ms`;
      console.log(`  ${subject.name} at ${rate} requests/s: ${tail}`);
      const unknown = { userUsPerRequest: NaN, systemUsPerRequest: NaN, requestsPerTurn: NaN };
      samples.get(entry)?.push({ ...result, ...unknown });
    }
  }
  return entries.map((entry) =>
    scenarioOf('half', { subject: entry.subject, connections }, medianOf(samples.get(entry) ?? [])),
  );
}

function scenarioOf(table: Cell['table'], { subject, connections }: SubjectLoad, sample: Sample): Cell {
  return { table, subject: subject.name, connections, sample };
}

/** The usual number of connections, or another one when the command line leaves it out. */
function usualConnections({ connections }: Options): number {
  return connections.includes(USUAL_CONNECTIONS) ? USUAL_CONNECTIONS : (connections[0] ?? USUAL_CONNECTIONS);
}
