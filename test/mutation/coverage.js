/**
 * Which tests of a spec file reach a mutant. Found out by running the file once without any, when it is first asked about.
 * A sample has too few mutants for that to be worth it: there the first mutant that all tests of a file let pass tells.
 */
import console from 'node:console';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isSample } from './sample.js';

/** A loop that is run so many times as often as without the mutant does not end. */
const ENDLESS = 100;

const WAIT_MS = 100;

/** @typedef {import('./spec-process.js').Answer} Answer */
/** @typedef {{ names: string[][], loading: Set<string>, hits: Map<string, Record<string, number>> | 'not known', durations: Map<string, number> }} Known */

export class Coverage {
  /** @type {Map<string, Promise<Known | null>>} */
  known = new Map();

  /** @param {import('./spec-pool.js').SpecPool} pool */
  constructor(pool) {
    this.pool = pool;
  }

  /**
   * @param {string} specFile
   * @param {string} mutant
   * @returns {Promise<'never' | 'while loading' | string[]>}
   */
  async of(specFile, mutant) {
    const known = await this.ofFile(specFile);
    if (!known) return 'never';
    if (known.loading.has(mutant)) return 'while loading';
    if (known.hits === 'not known') return known.names.map(([test = '']) => test);
    /** @type {Set<string>} */
    const tests = new Set();
    for (const [name, hits] of known.hits) {
      if (!hits[mutant]) continue;
      // What is reached by a block's hooks is noticed by its first test, if it is.
      const test = known.names.find((names) => names.includes(name))?.[0];
      if (test !== undefined) tests.add(test);
    }
    return tests.size === 0 ? 'never' : [...tests];
  }

  /**
   * @param {string} specFile
   * @param {string} mutant
   */
  hitLimitOf(specFile, mutant) {
    const hits = this.limits.get(specFile)?.get(mutant);
    return hits === undefined ? Number.MAX_SAFE_INTEGER : hits * ENDLESS;
  }

  /** @type {Map<string, Map<string, number>>} */
  limits = new Map();

  /**
   * What a run of all tests of a file has shown.
   * @param {string} specFile
   * @param {Known} known
   * @param {Record<string, Record<string, number>>} perTest
   */
  note(specFile, known, perTest) {
    /** @type {Map<string, number>} */
    const limits = new Map();
    for (const hits of Object.values(perTest)) {
      for (const [mutant, count] of Object.entries(hits)) limits.set(mutant, (limits.get(mutant) ?? 0) + count);
    }
    this.limits.set(specFile, limits);
    known.hits = new Map(Object.entries(perTest));
  }

  /**
   * The same, while not all is known of the file.
   * @param {string} specFile
   * @param {Answer} answer
   */
  async learn(specFile, { coverage }) {
    const known = await this.ofFile(specFile);
    if (coverage && known?.hits === 'not known') this.note(specFile, known, coverage.perTest);
  }

  /**
   * As many of these tests of a file as together take no longer than that, and one at least.
   * @param {string} specFile
   * @param {string[]} tests in their order of preference
   * @param {number} timeMs
   */
  async within(specFile, tests, timeMs) {
    const durations = (await this.ofFile(specFile))?.durations;
    let spentMs = 0;
    return tests.filter((test, index) => {
      spentMs += durations?.get(test) ?? 0;
      return index === 0 || spentMs <= timeMs;
    });
  }

  /** @param {string} specFile */
  ofFile(specFile) {
    const known = this.known.get(specFile) ?? this.explored(specFile);
    this.known.set(specFile, known);
    return known;
  }

  /**
   * @param {string} specFile
   * @returns {Promise<Known | null>} null: it fails without a mutant
   */
  async explored(specFile) {
    if (isSample) {
      const loaded = await this.pool.of(specFile).ready;
      if (loaded) {
        return { names: loaded.names, loading: new Set(loaded.loading), hits: 'not known', durations: new Map() };
      }
    }
    const found = await onceForAll(specFile, () => this.explore(specFile));
    if (!found) return null;
    const durations = new Map(found.passed.map(({ id, ms }) => [id, ms]));
    const known = { names: found.names, loading: new Set(found.loading), hits: new Map(), durations };
    this.note(specFile, known, found.perTest);
    return known;
  }

  /**
   * @param {string} specFile
   * @returns {Promise<Found | null>}
   */
  async explore(specFile) {
    const spec = this.pool.of(specFile);
    const loaded = await spec.ready;
    const answer = await spec.run({ asksCoverage: true });
    if (loaded && typeof answer !== 'string' && !answer.failed) {
      const { coverage, passed } = answer;
      return { names: loaded.names, loading: loaded.loading, perTest: coverage?.perTest ?? {}, passed };
    }
    const why =
      typeof answer === 'string' ? `${answer} ${spec.said}` : `${answer.failed?.id} ${answer.failed?.failure}`;
    console.error(`Fails without a mutant, and is left out: ${specFile} ${why}`);
    this.pool.forget(specFile);
    return null;
  }
}

/** @typedef {{ names: string[][], loading: string[], perTest: Record<string, Record<string, number>>, passed: { id: string, ms: number }[] }} Found */

/**
 * Stryker's processes have one working directory: the one that comes first to a spec file leaves there what it has found.
 * @param {string} specFile
 * @param {() => Promise<Found | null>} find
 * @returns {Promise<Found | null>}
 */
async function onceForAll(specFile, find) {
  const place = `.reach/${specFile.replaceAll('/', '+')}`;
  mkdirSync('.reach', { recursive: true });
  try {
    writeFileSync(`${place}.begun`, '', { flag: 'wx' });
  } catch {
    while (!existsSync(place)) await delay(WAIT_MS);
    return JSON.parse(readFileSync(place, 'utf8'));
  }
  const found = await find();
  writeFileSync(`${place}.written`, JSON.stringify(found));
  renameSync(`${place}.written`, place);
  return found;
}
