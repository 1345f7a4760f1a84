/** Generator of docs/benchmarks.md: the machine, the figures, and the quantities behind them. */
import { formattedMarkdown } from '../../harness/markdown.js';
import { hasWrk } from '../load/wrk.js';
import type { Options } from '../options.js';
import { SUBJECTS, type SubjectText } from '../subjects.js';
import type { Summary } from '../summary.js';
import { figuresTable, halfTable, ratiosTable, routesTable, twinsTable } from './tables.js';
import { EARLIER_FINDINGS, guardedAgainstPublic } from './twins-text.js';

/** Circumstances of the runs on the page. */
export interface Circumstances {
  readonly command: string;
  readonly source: string;
  readonly machine: string;
  readonly postgres: string;
  readonly startedAt: Date;
  readonly loadBefore: string;
  /** One entry for each run. */
  readonly loadDuring: readonly string[];
  readonly voidRuns: number;
}

export function pageOf(summary: Summary, circumstances: Circumstances, options: Options): Promise<string> {
  const parts = [
    head(circumstances, options),
    ...(summary.cells.length > 0 ? [subjects(summary, options), tables(summary, options), twins(summary)] : []),
    figures(summary),
  ];
  return formattedMarkdown(parts.join('\n\n'));
}

function head(circumstances: Circumstances, { runs }: Options): string {
  const { command, source, machine, postgres, startedAt, loadBefore, loadDuring, voidRuns } = circumstances;
  const taken = loadDuring.length;
  const rows = [
    ['command', `\`${command}\``],
    ['commit', source],
    ['started', startedAt.toISOString()],
    ['whole runs', `${taken}${taken < runs ? ` of the ${runs} asked for` : ''}; ${voidRuns} more were void`],
    ['machine', `${machine}. PostgreSQL, the service and the load share it`],
    ['PostgreSQL', `embedded ${postgres}`],
    ['load before', loadBefore],
    ['load during', loadDuring.join('<br>')],
  ];
  return `# Benchmarks

Written by the command below. Do not edit.

| | |
|---|---|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`;
}

function subjects({ cells }: Summary, { credentials }: Options): string {
  const taken = (Object.values(SUBJECTS) as SubjectText[]).filter(({ name }) =>
    cells.some((cell) => cell.subject === name),
  );
  return `## Subjects

Real routes come first. Synthetic routes exist in the benchmark only. All use the same ${credentials.toLocaleString('en')} live tokens of one
organization in turn; better-auth uses as many keys of its own.

${taken.map(({ name, what }) => `- **${name}**: ${what}.`).join('\n')}`;
}

function tables(summary: Summary, { connections, rounds, seconds, warmupSeconds, runs }: Options): string {
  const generator = hasWrk() && Number.isInteger(seconds) ? 'wrk (1 thread)' : 'the client in `bench/load/`';
  const parts = connections.map(
    (count) => `### ${count} connection${count === 1 ? '' : 's'}\n\n${routesTable(summary, count)}`,
  );
  return `## Requests a second

One process of the service as compiled JavaScript, \`LOG_LEVEL=warn\`, rate limits off, everything else as shipped. The load
is ${generator} in a process of its own: keep-alive, one request at a time on each connection, the next one when the last one is
answered. All subjects run in interleaved rounds: ${rounds} rounds of ${seconds} s each, every second round in the opposite order,
after ${warmupSeconds} s of warm-up for each subject and a short lead-in before each round, not counted. Each run has new processes and databases. A run in which a single request
failed is void and is taken again.

The value of a run is the median of its rounds. Shown is the median of ${runs === 1 ? 'one run' : `${runs} runs`}, and the least and the most
of ${runs === 1 ? 'that run alone, which is no spread' : 'them'}. p50 and p99 are of this closed load, at saturation: they show the length of the queue, not the
latency below saturation (see further below). *Processor* is the time of the measured process alone, without
PostgreSQL and the load. It separates work from waiting, and depends least on other programs on the machine.

${parts.join('\n\n')}

### Ratios

Of the same rounds, by number of connections; median (least–most) of the runs.

${ratiosTable(summary, connections)}

### Half of saturation

An open load by the client in \`bench/load/\`: requests are due at even intervals, at half of the rate that *this* subject
served in the same run, and latency counts from the due time. The first second is not counted.

${halfTable(summary)}`;
}

function twins(summary: Summary): string {
  return `## Guarded against public

${guardedAgainstPublic(summary)}

${twinsTable(summary)}

${EARLIER_FINDINGS}`;
}

function figures(summary: Summary): string {
  return `## Figures with and without a target

Higher is better for a ratio, lower for a time or a size. The target (bar) is compared with the median.

${figuresTable(summary)}

- *Tokens never seen before* are used once each, by the client in \`bench/load/\`, which also uses the cached
  ones; both on the synthetic guarded route.
- *Resident memory* is the process's own, garbage included, after that load.
- *Revocations meanwhile* are real \`DELETE …/tokens/:tokenId\` calls beside the load on the synthetic guarded route.
- *Workers* are the service as \`npm start -- --workers\` runs it; the load shares the same cores.`;
}
