/**
 * Runs a spec file under mutation, as seldom as can be: the first failing test has killed the mutant, so that nothing
 * after it is run, and a file without a test that reaches the mutant is not even loaded. Which mutants are killed is the
 * same as without; a mutant takes a fifth of the time. Stryker asks for `jest-circus` in this file's name.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
// @ts-expect-error It comes without types.
import circus from 'jest-circus/runner';

/** The last mutant that a test has killed, by the number under which Stryker activates it. */
/** @type {string | undefined} */
let killed;

/**
 * @param {{ testNamePattern?: string }} globalConfig
 * @param {unknown} config
 * @param {{ handleTestEvent?: Function }} environment
 * @param {unknown} runtime
 * @param {string} specFile
 * @param {unknown} send
 */
export default async function runUntilKilled(globalConfig, config, environment, runtime, specFile, send) {
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  const names = `${specFile}.names.json`;
  if (mutant !== undefined && (killed === mutant || !hasTestOf(globalConfig, names))) return notRun();

  const inner = environment.handleTestEvent?.bind(environment);
  environment.handleTestEvent = async (/** @type {any} */ event, /** @type {any} */ state) => {
    await inner?.(event, state);
    if (mutant === undefined) return;
    if (event.name === 'test_done' && event.test.errors.length > 0) killed = mutant;
    if (killed !== mutant) return;
    if (event.name === 'run_describe_start') event.describeBlock.mode = 'skip';
    if (event.name === 'test_start') event.test.mode = 'skip';
  };
  const result = await circus.default(globalConfig, config, environment, runtime, specFile, send);
  if (mutant === undefined) writeFileSync(names, JSON.stringify(result.testResults.map(fullName)));
  return result;
}

/**
 * Stryker's first run, without a mutant, has left the names of the file's tests beside it, in Stryker's copy of the tree.
 * @param {{ testNamePattern?: string }} globalConfig
 * @param {string} names
 */
function hasTestOf({ testNamePattern }, names) {
  if (!testNamePattern || !existsSync(names)) return true;
  const pattern = new RegExp(testNamePattern, 'i');
  return JSON.parse(readFileSync(names, 'utf8')).some((/** @type {string} */ name) => pattern.test(name));
}

/** @param {{ fullName: string }} result */
function fullName({ fullName: name }) {
  return name;
}

/** What Jest wants to hear of a file: nothing passed, nothing failed. */
function notRun() {
  return {
    numFailingTests: 0,
    numPassingTests: 0,
    numPendingTests: 1,
    numTodoTests: 0,
    perfStats: {},
    snapshot: { added: 0, matched: 0, unchecked: 0, unmatched: 0, updated: 0 },
    testResults: [{ status: 'pending', fullName: 'not run', failureMessages: [] }],
  };
}
