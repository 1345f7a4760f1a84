/**
 * Jest reporter that ends a run with one line, `N passed, N failed`, which CI reads. A spec file that could not be
 * loaded, or whose hooks threw, has no failed test. It counts as one failure, so that a broken run never looks green.
 */
import { writeSync } from 'node:fs';

/**
 * @typedef {object} Results What is read here of Jest's AggregatedResult.
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {boolean} [success] False also when a reporter has failed the run, as documented-statuses-reporter.js does.
 * @property {{ numFailingTests: number, failureMessage?: string | null }[]} testResults
 */

/**
 * @param {Results | undefined} results
 * @param {number} exitCode
 * @returns {string}
 */
export function countsLine(results, exitCode) {
  const brokenFiles = results?.testResults.filter((file) => file.failureMessage && file.numFailingTests === 0) ?? [];
  const failures = (results?.numFailedTests ?? 0) + brokenFiles.length;
  const isGreen = exitCode === 0 && results?.success !== false;
  const failed = isGreen ? failures : Math.max(failures, 1);
  const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
  const counts = `${results?.numPassedTests ?? 0} passed, ${failed} failed`;
  return skipped === 0 ? counts : `${counts}, ${skipped} skipped`;
}

// Jest accepts a reporter as a default export only.
export default class CountsReporter {
  /** @type {Results | undefined} */
  results;

  constructor() {
    // Jest's own summary, the teardown and a late error come after onRunComplete. Bypasses Jest's buffering of
    // process.stdout, which nothing flushes any more.
    process.once('exit', (code) => writeSync(1, `\n${countsLine(this.results, code)}\n`));
    // A time limit stops a run by SIGTERM; the counts so far are printed all the same.
    process.once('SIGTERM', () => process.exit(143));
  }

  /** @param {Results} results Jest goes on counting in this very object. */
  onRunStart(results) {
    this.results = results;
  }
}
