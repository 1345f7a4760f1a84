/** Plan of a run: its scenarios and controls. Pure. */
import type { Control } from './controls.js';
import type { Options } from './options.js';
import type { Scenario } from './scenarios/scenario.js';

/** One scenario of each kind: process, network, server, order of commits, failover. */
export const SHORT_RUN_SCENARIOS: readonly string[] = [
  'none',
  'kill',
  'sigstop',
  'black-hole',
  'commit-order',
  'postgres-frozen',
  'postgres-crash',
  'failover',
];

/** Returns scenarios in the order of `all`. Throws for an unknown name. */
export function scenariosFor(
  { only, isShort }: Pick<Options, 'only' | 'isShort'>,
  all: readonly Scenario[],
): Scenario[] {
  const wanted = only ?? (isShort ? SHORT_RUN_SCENARIOS : all.map(({ name }) => name));
  for (const name of wanted) scenarioNamed(name, all);
  return all.filter(({ name }) => wanted.includes(name));
}

/**
 * Returns the scenarios in which a control must be detected. Every run tries all controls, because a run without them
 * proves nothing.
 */
export function scenariosForControl({ scenarios }: Control, isWhole: boolean, all: readonly Scenario[]): Scenario[] {
  return scenarios.slice(0, isWhole ? scenarios.length : 1).map((name) => scenarioNamed(name, all));
}

function scenarioNamed(name: string, all: readonly Scenario[]): Scenario {
  const scenario = all.find((each) => each.name === name);
  if (!scenario) throw new Error(`there is no scenario ${name}`);
  return scenario;
}
