import { describe, expect, it } from '@jest/globals';
import { controls } from '../../../faults/controls.js';
import { parseOptions } from '../../../faults/options.js';
import { scenariosFor, scenariosForControl, SHORT_RUN_SCENARIOS } from '../../../faults/plan.js';
import { scenarios } from '../../../faults/scenarios/index.js';

const names = (some: readonly { name: string }[]): string[] => some.map(({ name }) => name);

describe('a fault run', () => {
  it('runs every scenario, and writes the page, when nothing else is asked for', () => {
    const options = parseOptions([]);
    expect(scenariosFor(options, scenarios)).toEqual(scenarios);
    expect(options).toMatchObject({ isShort: false, rounds: undefined, summary: 'docs/faults.md' });
  });

  it('runs some scenarios for one round when it is short, and writes no page', () => {
    const options = parseOptions(['--short']);
    expect(names(scenariosFor(options, scenarios)).sort()).toEqual([...SHORT_RUN_SCENARIOS].sort());
    expect(options).toMatchObject({ isShort: true, rounds: 1, probes: 1, summary: null });
  });

  it.each([
    ['--only', 'none'],
    ['--rounds', '2'],
    ['--probes', '5'],
  ])('writes no page with %s', (...args) => {
    expect(parseOptions(args).summary).toBeNull();
  });

  it('refuses a scenario and an option that it does not know', () => {
    expect(() => scenariosFor({ only: ['nonesuch'], isShort: false }, scenarios)).toThrow('nonesuch');
    expect(() => parseOptions(['--shrot'])).toThrow();
  });

  it('tries every control, however short it is', () => {
    for (const control of controls) {
      expect(names(scenariosForControl(control, true, scenarios))).toEqual(control.scenarios);
      expect(names(scenariosForControl(control, false, scenarios))).toEqual(control.scenarios.slice(0, 1));
    }
    expect(controls.every((control) => control.scenarios.length > 0)).toBe(true);
  });

  it('tries controls at once only where they leave the one server alone', () => {
    const first = controls.flatMap((control) => scenariosForControl(control, false, scenarios));
    const apart = first.every((scenario) => !(scenario.isDatabaseGone ?? scenario.needsReplica ?? scenario.setUp));
    expect(apart).toBe(true);
  });
});
