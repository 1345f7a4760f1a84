/** Tables of the figures in Markdown. Pure. */
import type { Unit } from '../measures/measure.js';
import type { Spread } from '../statistics.js';
import { isReached, type CellSummary, type FigureSummary, type QuantitySummary, type Summary } from '../summary.js';

type Column = readonly [head: string, cell: (cell: CellSummary) => string];

const RATE: Column = ['requests/s', ({ rate }) => integer(rate.median)];
const RATE_SPREAD: Column = ['least–most', ({ rate }) => `${integer(rate.least)}–${integer(rate.most)}`];
const P50: Column = ['p50, ms', ({ sample }) => decimal(sample.p50Ms)];
const P99: Column = ['p99, ms', ({ sample }) => decimal(sample.p99Ms)];
const PROCESSOR: Column = [
  'processor, µs a request',
  ({ sample }) => oneDecimal(sample.userUsPerRequest + sample.systemUsPerRequest),
];
const KERNEL: Column = ['of it in the kernel', ({ sample }) => oneDecimal(sample.systemUsPerRequest)];
const TURN: Column = ['requests a turn of the event loop', ({ sample }) => oneDecimal(sample.requestsPerTurn)];

export function routesTable({ cells }: Summary, connections: number): string {
  const rows = cells.filter((cell) => cell.table === 'routes' && cell.connections === connections);
  return cellTable(rows, [RATE, RATE_SPREAD, P50, P99, PROCESSOR]);
}

export function twinsTable({ cells }: Summary): string {
  const rows = cells.filter(({ table }) => table === 'twins');
  return cellTable(rows, [RATE, RATE_SPREAD, PROCESSOR, KERNEL, TURN]);
}

export function halfTable({ cells }: Summary): string {
  const rows = cells.filter(({ table }) => table === 'half');
  return cellTable(rows, [RATE, P50, P99]);
}

/** One row per comparison, one column per number of connections. */
export function ratiosTable({ figures }: Summary, connections: readonly number[]): string {
  const ratios = figures.filter(({ unit, name }) => unit === 'ratio' && countOf(name, figures) === connections.length);
  const names = [...new Set(ratios.map(({ name }) => name))];
  const rows = names.map((name) => [
    name,
    ...connections.map((count) => {
      const figure = ratios.find((each) => each.name === name && each.connections === count);
      return figure ? spreadText(figure) : '';
    }),
  ]);
  return markdown(['ratio of requests/s', ...connections.map(String)], rows);
}

/** Every figure with a target, and every figure without a comparison. */
export function figuresTable({ figures }: Summary): string {
  const rows = figures
    .filter((figure) => figure.bar !== null || countOf(figure.name, figures) === 1)
    .map((figure) => [figure.name, `**${spreadText(figure)}**`, ...barCells(figure), partsText(figure)]);
  return markdown(['figure', 'median (least–most)', 'bar', 'aim', 'bar reached', 'from'], rows);
}

function barCells(figure: FigureSummary): string[] {
  const { bar, unit } = figure;
  if (bar === null) return ['', '', ''];
  const sign = bar.is === 'at least' ? '≥' : '≤';
  return [
    `${sign} ${withUnit(String(bar.bar), unit)}`,
    withUnit(String(bar.aim), unit),
    isReached(figure) ? 'yes' : '**no**',
  ];
}

function partsText({ from }: FigureSummary): string {
  return from.map((part) => `${part.name} ${spreadText(part)}`).join('; ');
}

function countOf(name: string, figures: readonly FigureSummary[]): number {
  return figures.filter((figure) => figure.name === name).length;
}

function spreadText({ spread, unit }: QuantitySummary): string {
  const { median, least, most } = spread;
  const text = TEXT[unit];
  return `${withUnit(text(median), unit)} (${text(least)}–${text(most)})`;
}

const TEXT: Record<Unit, (value: number) => string> = {
  ratio: (value) => value.toFixed(2),
  'requests/s': integer,
  ms: decimal,
  MiB: integer,
};

function withUnit(text: string, unit: Unit): string {
  return unit === 'ratio' ? text : `${text} ${unit}`;
}

function cellTable(cells: readonly CellSummary[], columns: readonly Column[]): string {
  const rows = cells.map((cell) => [cell.subject, ...columns.map(([, text]) => text(cell))]);
  return markdown(['subject', ...columns.map(([head]) => head)], rows);
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

function integer(value: number): string {
  return Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en');
}

function oneDecimal(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(1);
}

/** Milliseconds, with two decimals below ten. */
function decimal(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

export function ratioOf(above: Spread | undefined, below: Spread | undefined): string {
  return ((above?.median ?? NaN) / (below?.median ?? NaN)).toFixed(2);
}
