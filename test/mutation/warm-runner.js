/**
 * Stryker's test runner of this repository: keeps spec files loaded in processes of their own (spec-process.js) and asks
 * them for the tests that reach a mutant. A mutant counts as killed when a test fails with it and passes without it, in
 * the same process: what an earlier mutant has left behind, or a busy machine, is no kill.
 */
import { performance } from 'node:perf_hooks';
import { relative } from 'node:path';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import { Coverage } from './coverage.js';
import { readHolders } from './holders.js';
import { isCheap, nearestFirst } from './nearest-first.js';
import { isOver, isSample } from './sample.js';
import { SpecPool } from './spec-pool.js';

/** @typedef {import('./spec-process.js').Answer} Answer */
/** @typedef {import('@stryker-mutator/api/test-runner').MutantRunOptions} MutantRunOptions */
/** @typedef {import('@stryker-mutator/api/test-runner').MutantRunResult} MutantRunResult */
/** @typedef {{ id: string, mutated: string, reloadsLeft: number, ran: number }} Mutant */
/** @typedef {'unreached' | 'unnoticed' | 'hung' | 'unloadable' | { id: string, failure: string }} Fate */

/**
 * A survivor has been run against so many spec files that reach it and start an application, the nearest first, and
 * against all that start none. A sample has less time.
 */
const FILES_PER_MUTANT = isSample ? 6 : 12;

/** So long are tests of applications run against a mutant: without an end the few survivors would take all the time. */
const TIME_PER_MUTANT_MS = 15_000;

/** Code that is run once, while modules are loaded or the application starts, costs a start of each of them. */
const RELOADS_PER_MUTANT = 3;

class WarmRunner {
  static inject = tokens(commonTokens.logger);
  pool = new SpecPool();
  coverage = new Coverage(this.pool);
  /** How many mutants of a source file a spec file, or a test, has killed. */
  kills = new Map(
    Object.entries(readHolders()).flatMap(([source, specs]) =>
      Object.entries(specs).map(([specFile, count]) => /** @type {const} */ ([source + specFile, count])),
    ),
  );
  /** Tests that fail without a mutant when they are run alone. @type {Set<string>} */
  unfit = new Set();

  /** @param {import('@stryker-mutator/api/logging').Logger} log */
  constructor(log) {
    this.log = log;
    // When Stryker was killed, the spec files' processes would keep this one alive, and it them.
    process.once('disconnect', () => process.exit());
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  /** Runs nothing: which tests reach a mutant is found out for each spec file when it is first needed. */
  async dryRun() {
    return {
      status: /** @type {const} */ (DryRunStatus.Complete),
      tests: [{ id: 'all', name: 'all', status: /** @type {const} */ (TestStatus.Success), timeSpentMs: 0 }],
    };
  }

  async dispose() {
    await this.pool.end();
  }

  /**
   * @param {MutantRunOptions} options
   * @returns {Promise<MutantRunResult>}
   */
  async mutantRun({ activeMutant, sandboxFileName }) {
    const mutated = relative(process.cwd(), sandboxFileName);
    const mutant = { id: activeMutant.id, mutated, reloadsLeft: RELOADS_PER_MUTANT, ran: 0 };
    let files = 0;
    let spentMs = 0;
    for (const specFile of nearestFirst(mutated, this.kills)) {
      if ((files === FILES_PER_MUTANT || spentMs > TIME_PER_MUTANT_MS) && !isCheap(specFile)) continue;
      if (isOver()) return { status: MutantRunStatus.Error, errorMessage: 'The time of the sample is over.' };
      const reach = await this.coverage.of(specFile, mutant.id);
      if (reach === 'never') continue;
      const begun = performance.now();
      const fate = await (reach === 'while loading'
        ? this.runReloaded(mutant, specFile)
        : this.runWarm(mutant, specFile, await this.affordable(mutant, specFile, reach, spentMs)));
      spentMs += performance.now() - begun;
      if (fate === 'unreached') continue;
      if (!isCheap(specFile)) files += 1;
      if (fate !== 'unnoticed') return this.resultOf(mutant, specFile, fate);
    }
    return { status: MutantRunStatus.Survived, nrOfTests: mutant.ran };
  }

  /**
   * @param {Mutant} mutant
   * @param {string} specFile
   * @param {Exclude<Fate, 'unreached' | 'unnoticed'>} fate
   * @returns {MutantRunResult}
   */
  resultOf({ mutated, ran }, specFile, fate) {
    if (fate === 'hung') return { status: MutantRunStatus.Timeout, reason: `${specFile} hangs` };
    if (fate === 'unloadable') return { status: MutantRunStatus.Error, errorMessage: `${specFile} cannot be loaded` };
    const killer = `${specFile} ${fate.id}`;
    for (const key of [specFile, killer]) this.kills.set(mutated + key, (this.kills.get(mutated + key) ?? 0) + 1);
    return {
      status: MutantRunStatus.Killed,
      killedBy: ['all'],
      failureMessage: `${killer}: ${fate.failure}`,
      nrOfTests: ran,
    };
  }

  /**
   * @param {Mutant} mutant
   * @param {string} specFile
   * @param {string[]} reaching
   * @returns {Promise<Fate>}
   */
  async runWarm(mutant, specFile, reaching) {
    let tests = reaching;
    for (let attempt = 0; tests.length > 0; attempt += 1) {
      const answer = await this.runInTurn(mutant, specFile, tests);
      if (answer === 'hung') return 'hung';
      if (answer === 'ended') {
        this.pool.forget(specFile);
        if (attempt > 0) return { id: '', failure: 'The process has ended.' };
        continue;
      }
      if (answer.limitReached) return 'hung';
      if (!answer.failed && answer.hits > 0) return 'unnoticed';
      // A sample does not know what reaches the mutant.
      if (!answer.failed) return isSample ? 'unreached' : this.runReloaded(mutant, specFile, tests);
      // What this or an earlier mutant has left behind is gone in a new process; and a few tests can be run only once.
      if (attempt > 0) this.pool.forget(specFile);
      if (await this.passes(specFile, answer.failed.id)) return answer.failed;
      this.pool.forget(specFile);
      if (attempt === 0) continue;
      this.log.warn('Fails without a mutant when it is run alone: %s %s', specFile, answer.failed.id);
      this.unfit.add(specFile + answer.failed.id);
      tests = tests.filter((test) => !this.unfit.has(specFile + test));
    }
    return 'unnoticed';
  }

  /**
   * @param {Mutant} mutant
   * @param {string} specFile
   * @param {string[]} reaching
   * @param {number} spentMs
   */
  async affordable(mutant, specFile, reaching, spentMs) {
    const tests = this.killersFirst(mutant, specFile, reaching);
    return isCheap(specFile) ? tests : this.coverage.within(specFile, tests, TIME_PER_MUTANT_MS - spentMs);
  }

  /**
   * The test that has killed most mutants of this file first and alone, because a file's tests are run in their order.
   * @param {Mutant} mutant
   * @param {string} specFile
   * @param {string[]} tests
   */
  async runInTurn(mutant, specFile, tests) {
    const [killer = ''] = tests;
    const isKnown = this.kills.has(mutant.mutated + `${specFile} ${killer}`);
    const hitLimit = this.coverage.hitLimitOf(specFile, mutant.id);
    for (const some of isKnown && tests.length > 1 ? [[killer], tests] : [tests]) {
      const answer = await this.pool
        .of(specFile)
        .run({ mutant: mutant.id, hitLimit, tests: some, asksCoverage: isSample });
      if (typeof answer === 'string') return answer;
      if (some.length === tests.length) await this.coverage.learn(specFile, answer);
      mutant.ran += answer.ran;
      if (answer.failed || answer.limitReached || some === tests) return answer;
    }
    return 'ended';
  }

  /**
   * @param {Mutant} mutant
   * @param {string} specFile
   * @param {string[]} [tests] all, unless they are given
   * @returns {Promise<Fate>}
   */
  async runReloaded(mutant, specFile, tests) {
    if (!isCheap(specFile)) {
      if (mutant.reloadsLeft === 0) return 'unreached';
      mutant.reloadsLeft -= 1;
    }
    const answer = await this.pool.once(specFile, mutant.id, tests ? { tests } : {});
    if (answer === 'hung') return 'hung';
    if (answer === 'ended') return 'unloadable';
    mutant.ran += answer.ran;
    if (!answer.failed) return 'unnoticed';
    if (await this.passes(specFile, answer.failed.id)) return answer.failed;
    this.pool.forget(specFile);
    return (await this.passes(specFile, answer.failed.id)) ? answer.failed : 'unnoticed';
  }

  /**
   * Whether the test passes without a mutant.
   * @param {string} specFile
   * @param {string} test
   */
  async passes(specFile, test) {
    const answer = await this.pool.of(specFile).run({ tests: [test] });
    return typeof answer !== 'string' && !answer.failed && answer.ran > 0;
  }

  /**
   * @param {Mutant} mutant
   * @param {string} specFile
   * @param {string[]} tests
   */
  killersFirst({ mutated }, specFile, tests) {
    const kills = (/** @type {string} */ test) => this.kills.get(`${mutated}${specFile} ${test}`) ?? 0;
    return tests.filter((test) => !this.unfit.has(specFile + test)).toSorted((one, other) => kills(other) - kills(one));
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'warm', WarmRunner)];
