/** Summary of several whole runs: for each quantity the median over the runs, the minimum and the maximum. Pure. */
import { medianOf, type Sample } from './interleaved-runs.js';
import type { Cell, Figure, Quantity, Taken } from './measures/measure.js';
import { spreadOf, type Spread } from './statistics.js';

export interface CellSummary extends Pick<Cell, 'table' | 'subject' | 'connections'> {
  readonly sample: Sample;
  /** Requests a second. */
  readonly rate: Spread;
}

export interface QuantitySummary extends Pick<Quantity, 'name' | 'unit'> {
  readonly spread: Spread;
}

export interface FigureSummary extends QuantitySummary, Pick<Figure, 'connections' | 'bar'> {
  readonly from: readonly QuantitySummary[];
}

export interface Summary {
  readonly cells: readonly CellSummary[];
  readonly figures: readonly FigureSummary[];
}

/** All runs contain the same quantities, because they took the same measurements. */
export function summarize(runs: readonly Taken[]): Summary {
  const [first = { figures: [] }] = runs;
  return {
    cells: (first.cells ?? []).map((cell, index) => {
      const { table, subject, connections } = cell;
      const samples = runs.flatMap(({ cells = [] }) => cells[index]?.sample ?? []);
      const rate = spreadOf(samples.map(({ requestsPerSecond }) => requestsPerSecond));
      return { table, subject, connections, rate, sample: medianOf(samples) };
    }),
    figures: first.figures.map(({ connections, bar, from, ...quantity }, index) => {
      const same = runs.flatMap(({ figures }) => figures[index] ?? []);
      const parts = from.map((part, place) =>
        over(
          part,
          same.flatMap((figure) => figure.from[place] ?? []),
        ),
      );
      return { ...over(quantity, same), connections, bar, from: parts };
    }),
  };
}

function over({ name, unit }: Quantity, quantities: readonly Quantity[]): QuantitySummary {
  return { name, unit, spread: spreadOf(quantities.map(({ value }) => value)) };
}

/** Judged by the median; `null` without a target. */
export function isReached({ spread, bar }: FigureSummary): boolean | null {
  if (bar === null) return null;
  return bar.is === 'at least' ? spread.median >= bar.bar : spread.median <= bar.bar;
}
