/**
 * Jest's order of spec files: the long ones first, so that none of them is left to run alone at the end; and those that
 * mostly wait spread out, so that others compute meanwhile. Jest's own order needs the record of an earlier run, which a
 * fresh clone does not have.
 */
import { basename } from 'node:path';

/** These take 20 to 100 seconds on two idle cores, and little of their processors; the longest first. */
export const WAITING = [
  'ledger-reset-under-load',
  'frozen-backends',
  'ledger-networks',
  'hedera-driver',
  'change-log-broken',
  'silent-connections',
  'wait',
];

/** So many others are begun between two that wait. */
const BETWEEN = 11;

/** How long the specs of a folder take, compared with each other. */
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
    const turns = waiting.map((spec) => [spec, ...others.splice(0, BETWEEN)]);
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
