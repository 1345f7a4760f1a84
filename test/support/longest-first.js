/**
 * Jest's order of spec files: the longest first, so that none of them is left to run alone at the end. Jest's own order
 * needs the record of an earlier run, which a fresh clone does not have.
 */
import { basename } from 'node:path';

/** Half a minute and more on two cores, most of it waiting; the longest first. */
export const LONGEST = [
  'ledger-reset-under-load',
  'frozen-backends',
  'faults-smoke',
  'ledger-networks',
  'hedera-driver',
  'change-log-broken',
  'silent-connections',
  'wait',
];

/** How long the other specs of a folder take, compared with each other. */
const FOLDERS = ['/test/guarantees/', '/test/clients/', '/test/api/', '/test/unit/'];

export default class LongestFirst {
  /** @param {{ path: string }[]} specs */
  sort(specs) {
    return specs.toSorted((one, other) => this.place(one) - this.place(other));
  }

  /** Keeps no record: the order is always the same. */
  cacheResults() {
    return;
  }

  /** @param {{ path: string }} spec */
  place({ path }) {
    const place = LONGEST.indexOf(basename(path, '.spec.ts'));
    return place === -1 ? LONGEST.length + FOLDERS.findIndex((folder) => path.includes(folder)) : place;
  }
}
