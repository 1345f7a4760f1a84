/** Plan of a run: its scenarios and controls. Pure. */
import type { Scenario } from './scenarios/scenario.js';
import type { Control } from './controls.js';
import type { Options } from './options.js';

/** One scenario of each kind: process, network, server, order of commits, failover. */
export const SHORT_CELLS: readonly string[] = [
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
export function cellsFor({ only, isShort }: Pick<Options, 'only' | 'isShort'>, all: readonly Scenario[]): Scenario[] {
  const wanted = only ?? (isShort ? SHORT_CELLS : all.map(({ name }) => name));
  for (const name of wanted) cellNamed(name, all);
  return all.filter(({ name }) => wanted.includes(name));
}

/**
 * Returns the scenarios in which a control must be detected. Every run tries all controls, because a run without them
 * proves nothing.
 */
export function trialsOf({ cells }: Control, isWhole: boolean, all: readonly Scenario[]): Scenario[] {
  return cells.slice(0, isWhole ? cells.length : 1).map((name) => cellNamed(name, all));
}

function cellNamed(name: string, all: readonly Scenario[]): Scenario {
  const cell = all.find((each) => each.name === name);
  if (!cell) throw new Error(`there is no cell ${name}`);
  return cell;
}
