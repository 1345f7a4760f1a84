import { describe, expect, it } from '@jest/globals';
import type { Bar, Taken } from '../../../bench/measures/measure.js';
import { median, spreadOf } from '../../../bench/statistics.js';
import { isReached, summarize } from '../../../bench/summary.js';

describe('a summary of runs', () => {
  it('shows the median over the runs, the least and the most', () => {
    const { cells, figures } = summarize([run(10), run(40), run(20)]);
    expect(cells[0]?.rate).toEqual({ median: 20, least: 10, most: 40 });
    expect(figures[0]?.spread).toEqual({ median: 20, least: 10, most: 40 });
    expect(figures[0]?.from[0]?.spread).toEqual({ median: 20, least: 10, most: 40 });
  });

  it('takes each quantity’s own median', () => {
    const { cells } = summarize([run(10), run(40), run(20)]);
    expect(cells[0]?.sample).toMatchObject({ requestsPerSecond: 20, p99Ms: 2_000 });
  });

  it.each([
    ['at least', 20, true],
    ['at least', 21, false],
    ['at most', 20, true],
    ['at most', 19, false],
  ] as const)('compares the median with a bar of %s %d: %s', (is, bar, reached) => {
    const [figure] = summarize([run(10, { is, bar, aim: bar }), run(40), run(20)]).figures;
    expect(figure && isReached(figure)).toBe(reached);
  });

  it('promises nothing without a bar', () => {
    const [figure] = summarize([run(10)]).figures;
    expect(figure && isReached(figure)).toBeNull();
  });
});

describe('the middle of values', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[], NaN],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  it('stands between the least and the most', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  });
});

function run(value: number, bar: Bar | null = null): Taken {
  const sample = {
    requestsPerSecond: value,
    p50Ms: 1,
    p99Ms: value * 100,
    userUsPerRequest: 1,
    systemUsPerRequest: 1,
    requestsPerTurn: 1,
  };
  const part = { name: 'of', value, unit: 'requests/s' } as const;
  return {
    cells: [{ table: 'routes', subject: 'a route', connections: 64, sample }],
    figures: [{ name: 'a ratio', value, unit: 'ratio', connections: 64, bar, from: [part] }],
  };
}
