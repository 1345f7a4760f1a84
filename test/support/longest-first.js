/**
 * Jest's order of spec files. Long specs come first, so that none runs alone at the end. Specs that mostly wait are
 * spread out, so that others compute meanwhile. Jest's own order needs the record of an earlier run, which a fresh
 * clone does not have.
 */
import { basename } from 'node:path';

/** Specs that take 20 to 100 seconds on two idle cores with little processor time, the longest first. */
export const WAITING = [
  'ledger-reset-under-load',
  'frozen-backends',
  'ledger-networks',
  'hedera-driver',
  'change-log-broken',
  'silent-connections',
  'wait',
];

/** Number of other specs started between two that wait. */
const SPECS_BETWEEN = 11;

/** Folders by the duration of their specs, the longest first. */
const FOLDERS = ['/test/guarantees/', '/test/clients/', '/test/api/', '/test/unit/'];

export default class LongestFirst {
  /**
   * @template {{ path: string }} Spec
   * @param {Spec[]} specs
   */
  sort(specs) {
    const sorted = specs.toSorted((one, other) => place(one) - place(other));
    const waiting = sorted.filter((spec) => place(spec) < 0);
    const others = sorted.slice(waiting.length);
    const turns = waiting.map((spec) => [spec, ...others.splice(0, SPECS_BETWEEN)]);
    return [...turns.flat(), ...others];
  }

  /** Keeps no record: the order is always the same. */
  cacheResults() {
    return;
  }
}

/** @param {{ path: string }} spec */
function place({ path }) {
  const turn = WAITING.indexOf(basename(path, '.spec.ts'));
  return turn === -1 ? FOLDERS.findIndex((folder) => path.includes(folder)) : turn - WAITING.length;
}
