import { describe, expect, it } from '@jest/globals';
import { cells } from '../../../faults/scenarios/index.js';
import { controls } from '../../../faults/controls.js';
import { parseOptions } from '../../../faults/options.js';
import { cellsFor, SHORT_CELLS, trialsOf } from '../../../faults/plan.js';

const names = (some: readonly { name: string }[]): string[] => some.map(({ name }) => name);

describe('a fault run', () => {
  it('plays every cell, and writes the page, when nothing else is asked for', () => {
    const options = parseOptions([]);
    expect(cellsFor(options, cells)).toEqual(cells);
    expect(options).toMatchObject({ isShort: false, rounds: undefined, summary: 'docs/faults.md' });
  });

  it('plays some cells for one round when it is short, and writes no page', () => {
    const options = parseOptions(['--short']);
    expect(names(cellsFor(options, cells)).sort()).toEqual([...SHORT_CELLS].sort());
    expect(options).toMatchObject({ isShort: true, rounds: 1, probes: 1, summary: null });
  });

  it.each([
    ['--only', 'none'],
    ['--rounds', '2'],
    ['--probes', '5'],
  ])('writes no page with %s', (...args) => {
    expect(parseOptions(args).summary).toBeNull();
  });

  it('refuses a cell and an option that it does not know', () => {
    expect(() => cellsFor({ only: ['nonesuch'], isShort: false }, cells)).toThrow('nonesuch');
    expect(() => parseOptions(['--shrot'])).toThrow();
  });

  it('tries every control, however short it is', () => {
    for (const control of controls) {
      expect(names(trialsOf(control, true, cells))).toEqual(control.cells);
      expect(names(trialsOf(control, false, cells))).toEqual(control.cells.slice(0, 1));
    }
    expect(controls.every((control) => control.cells.length > 0)).toBe(true);
  });

  it('tries controls at once only where they leave the one server alone', () => {
    const first = controls.flatMap((control) => trialsOf(control, false, cells));
    const apart = first.every((cell) => !(cell.isDatabaseGone ?? cell.needsReplica ?? cell.setUp));
    expect(apart).toBe(true);
  });
});
