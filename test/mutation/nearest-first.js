/**
 * Jest's order of spec files under mutation: the mutated file's own spec, then what needs no database, then the rest. The
 * first often decides alone.
 */
import { basename } from 'node:path';

export default class NearestFirst {
  /** @param {{ globalConfig: { nonFlagArgs: string[] } }} options */
  constructor({ globalConfig: { nonFlagArgs } }) {
    this.nearest = nonFlagArgs.map((mutated) => `${basename(mutated, '.ts')}.spec.ts`);
  }

  /** @param {{ path: string }[]} specs */
  sort(specs) {
    return specs.toSorted((one, other) => this.distance(one) - this.distance(other));
  }

  /** Keeps no record: the order is always the same. */
  cacheResults() {
    return;
  }

  /** @param {{ path: string }} spec */
  distance({ path }) {
    if (this.nearest.includes(basename(path))) return 0;
    return path.includes('/test/unit/') ? 1 : 2;
  }
}
