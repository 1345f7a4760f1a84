/** Which cells and controls a run consists of. Pure. */
import type { Scenario } from './scenarios/scenario.js';
import type { Control } from './controls.js';
import type { Options } from './options.js';

/** One of each kind: a process, the network, the server, the order of commits, another server. */
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

/** In the order of `all`. Throws for a name that none has. */
export function cellsFor({ only, isShort }: Pick<Options, 'only' | 'isShort'>, all: readonly Scenario[]): Scenario[] {
  const wanted = only ?? (isShort ? SHORT_CELLS : all.map(({ name }) => name));
  for (const name of wanted) cellNamed(name, all);
  return all.filter(({ name }) => wanted.includes(name));
}

/** The cells in which a control has to be convicted. All controls are tried in every run, or it proves nothing. */
export function trialsOf({ cells }: Control, isWhole: boolean, all: readonly Scenario[]): Scenario[] {
  return cells.slice(0, isWhole ? cells.length : 1).map((name) => cellNamed(name, all));
}

function cellNamed(name: string, all: readonly Scenario[]): Scenario {
  const cell = all.find((each) => each.name === name);
  if (!cell) throw new Error(`there is no cell ${name}`);
  return cell;
}
