/** Median and spread of values. Pure. */

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** `NaN` for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [before = NaN, after = NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? after : (before + after) / 2;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}
