/**
 * Which spec files have killed how many mutants of a source file, as the last whole run of that file has found it. Only the
 * order of spec files depends on it; a sample, which runs few of them, depends on the order.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = 'test/mutation/holders.json';
const KEPT = 5;

/** @typedef {Record<string, Record<string, number>>} Holders by source file, and then by spec file */

/** @returns {Holders} */
export function readHolders() {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
}

/**
 * Keeps what is known of files that were not run.
 * @param {Record<string, string[]>} killers by source file: the spec file of each killed mutant
 */
export function writeHolders(killers) {
  const holders = readHolders();
  for (const [source, specFiles] of Object.entries(killers)) {
    /** @type {Record<string, number>} */
    const counts = {};
    for (const specFile of specFiles) counts[specFile] = (counts[specFile] ?? 0) + 1;
    const most = Object.entries(counts).toSorted(([, one], [, other]) => other - one);
    if (most.length > 0) holders[source] = Object.fromEntries(most.slice(0, KEPT));
  }
  const sorted = Object.entries(holders).toSorted(([one], [other]) => one.localeCompare(other, 'en'));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
