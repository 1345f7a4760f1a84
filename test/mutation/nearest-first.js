/**
 * The order in which spec files are run against a mutant: what has killed most mutants of the same file before, then what
 * is called like it and what needs no database, then what is promised over all routes, then the rest of the part's.
 */
import { EVERYWHERE, roomOf, specsOf } from './rooms.js';

/** So many letters in common make two words one: `members` and `memberships`. */
const STEM = 6;

/** Whether it starts no application. @param {string} specFile */
export function isCheap(specFile) {
  return specFile.startsWith('test/unit/');
}

/**
 * @param {string} mutated
 * @param {Map<string, number>} kills
 * @returns {string[]}
 */
export function nearestFirst(mutated, kills) {
  const rank = (/** @type {string} */ specFile) =>
    (kills.get(mutated + specFile) ?? 0) * 100 + nearness(mutated, specFile);
  return specsOf([roomOf(mutated)]).toSorted((one, other) => rank(other) - rank(one));
}

/**
 * @param {string} mutated
 * @param {string} specFile
 */
function nearness(mutated, specFile) {
  if (EVERYWHERE.test(specFile)) return 1;
  const own = wordsOf(mutated);
  const shared = [...wordsOf(specFile)].filter((word) => own.has(word)).length;
  return shared * 2 + (isCheap(specFile) ? 3 : 0) - (shared === 0 && specFile.startsWith('test/guarantees/') ? 3 : 0);
}

/** @param {string} path */
function wordsOf(path) {
  const [, , ...words] = path.replace(/(\.spec)?\.ts$/, '').split(/[/.-]/);
  return new Set(words.map((word) => word.slice(0, STEM)));
}
