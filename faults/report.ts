/** Report of the results in text and tables. Pure. */
import type { ScenarioResult } from './campaign.js';
import { isWithin, violationsIn, type Outcome } from './history.js';
import { availability, brokenPromises, statisticsOf, type Statistics } from './statistics.js';

export interface Row {
  readonly title: string;
  readonly statistics: Statistics;
  /** Whether 503 is the only correct response during the fault. */
  readonly isDatabaseGone: boolean;
}

const HEAD = [
  'fault',
  'probes',
  'of them after the acknowledgement',
  'revocations acknowledged',
  'stale accepts',
  'resurrections',
  'phantom refusals',
  'fail-opens',
  'unexpected',
  '503',
  'lost',
  'no connection',
  'availability',
];

export function tableOf(rows: readonly Row[]): string {
  return markdown(HEAD, rows.map(rowTexts));
}

function rowTexts({ title, statistics, isDatabaseGone }: Row): string[] {
  const counts = [
    statistics.probes,
    statistics.afterAcknowledgement,
    statistics.acknowledged,
    statistics.staleAccepts,
    statistics.resurrections,
    statistics.phantomRefusals,
    statistics.failOpens,
    statistics.unexpected,
    statistics.unavailable,
    statistics.lost,
    statistics.unreachable,
  ];
  const share = isDatabaseGone ? '(database gone)' : `${(availability(statistics) * 100).toFixed(1)} %`;
  return [title, ...counts.map((count) => count.toLocaleString('en')), share];
}

/** Table of the kinds of revocation over all scenarios. */
export function revocationTable(results: readonly ScenarioResult[]): string {
  const histories = results.flatMap((result) => result.histories);
  const subjects = [...new Set(histories.map(({ subject }) => subject))];
  const rows = subjects.map((subject) => {
    const own = histories.filter((history) => history.subject === subject);
    const { probes, afterAcknowledgement, acknowledged } = statisticsOf(own);
    const broken = own.flatMap((history) => violationsIn(history)).length;
    return [
      subject,
      ...[acknowledged, probes, afterAcknowledgement, broken].map((count) => count.toLocaleString('en')),
    ];
  });
  const head = ['how', 'revocations acknowledged', 'probes', 'of them after the acknowledgement', 'promises broken'];
  return markdown(head, rows);
}

const CUT_OFF_HEAD = ['fault', 'cut off', 'requests', '503', 'refused', 'accepted', 'lost', 'slowest answer'];

/** Table of each instance's responses to requests within its blackouts. */
export function cutOffTable(results: readonly ScenarioResult[]): string {
  return markdown(CUT_OFF_HEAD, results.flatMap(cutOffRows));
}

function cutOffRows({ scenario, histories, blackouts, instances }: ScenarioResult): string[][] {
  return instances.flatMap((name) => {
    const probes = histories
      .flatMap((history) => history.probes)
      .filter((probe) => probe.instance === name && isWithin(probe, blackouts));
    if (probes.length === 0) return [];
    const count = (...outcomes: Outcome[]): string =>
      probes.filter(({ outcome }) => outcomes.includes(outcome)).length.toLocaleString('en');
    const slowest = Math.max(...probes.map(({ start, end }) => end - start));
    return [
      [
        `${scenario.title} (\`${scenario.name}\`)`,
        name,
        probes.length.toLocaleString('en'),
        count('unavailable'),
        count('refused'),
        count('accepted'),
        count('lost', 'unreachable'),
        `${Math.round(slowest).toLocaleString('en')} ms`,
      ],
    ];
  });
}

const FAILOVER_HEAD = [
  'replication',
  'failovers',
  'revocations acknowledged',
  'of them undone by the failover',
  'other stale accepts',
  'other resurrections',
  'instances that noticed',
];

/** Table of the scenarios with a failover. */
export function failoverTable(results: readonly ScenarioResult[]): string {
  const rows = results
    .filter(({ scenario }) => scenario.needsReplica === true)
    .map(({ scenario, statistics, rounds, instances }) => [
      scenario.title,
      ...[rounds, statistics.acknowledged, statistics.undone, statistics.staleAccepts, statistics.resurrections].map(
        String,
      ),
      // The scenario fails when an instance has not.
      `all ${instances.length}`,
    ]);
  return markdown(FAILOVER_HEAD, rows);
}

export function rowOf({ scenario, statistics }: ScenarioResult): Row {
  return { title: scenario.title, statistics, isDatabaseGone: scenario.isDatabaseGone ?? false };
}

export function isClean({ statistics, failure }: ScenarioResult): boolean {
  return failure === null && brokenPromises(statistics) === 0;
}

export function lineOf(result: ScenarioResult): string {
  const { scenario, statistics, rounds, seconds, failure, examples } = result;
  const { probes, acknowledged, unavailable, lost, staleAccepts, resurrections, phantomRefusals, failOpens } =
    statistics;
  const counts = `stale ${staleAccepts}, resurrected ${resurrections}, phantom ${phantomRefusals}, open ${failOpens}`;
  const other = `unexpected ${statistics.unexpected}, 503 ${unavailable}, lost ${lost}, no connection ${statistics.unreachable}`;
  const effort = `${probes} probes, ${acknowledged} revocations, ${rounds} rounds, ${seconds.toFixed(1)} s`;
  const line = `${scenario.name}: ${counts}, ${other} (${effort})`;
  return [line, ...examples, ...(failure === null ? [] : [failure])].join('\n    ');
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
