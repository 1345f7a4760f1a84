import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '../../../bench/options.js';

describe('options of a benchmark', () => {
  it.each([[[]], [['--runs', '3']], [['--runs=3']], [['--big']], [['--runs', '3', '--big']]])(
    'write the page after whole runs: %j',
    (args) => {
      expect(parseOptions(args).report).toBe('docs/benchmarks.md');
    },
  );

  it.each([
    [['--only', 'routes']],
    [['--rounds', '1']],
    [['--seconds', '0.5', '--runs', '3']],
    [['--connections', '1']],
    [['--without-peer']],
    [['--uncompiled']],
    [['--credentials', '3']],
    [['--tokens=5']],
  ])('do not write over the page what is a part of a run, or a shorter one: %j', (args) => {
    expect(parseOptions(args).report).toBeNull();
  });

  it.each([
    [['--runs', '0']],
    [['--seconds', '0']],
    [['--seconds', '-1']],
    [['--connections', '1,,64']],
    [['--rounds', '1.5']],
    [['--round', '1']],
  ])('are refused when they make no sense: %j', (args) => {
    expect(() => parseOptions(args)).toThrow();
  });

  it('measure at 1, 16, 64 and 256 connections', () => {
    expect(parseOptions([]).connections).toEqual([1, 16, 64, 256]);
  });
});
