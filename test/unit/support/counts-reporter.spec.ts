import { describe, expect, it } from '@jest/globals';
import { countsLine } from '../../support/counts-reporter.js';

const passed = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
const unloadable = { numFailingTests: 0, failureMessage: 'Cannot find module' };

describe('the last line of a test run', () => {
  it('states what passed and what failed', () => {
    expect(lineOf({})).toBe('3 passed, 0 failed');
  });

  it('names skipped and planned tests when there are any', () => {
    expect(lineOf({ numPendingTests: 1, numTodoTests: 1 })).toBe('3 passed, 0 failed, 2 skipped');
  });

  it('counts a spec file that could not be loaded as failed', () => {
    expect(lineOf({ testResults: [unloadable, unloadable] }, 1)).toBe('3 passed, 2 failed');
  });

  it('counts the failed tests of a file, and not the file besides', () => {
    const file = { numFailingTests: 2, failureMessage: 'two expectations' };
    expect(lineOf({ numFailedTests: 2, testResults: [file] }, 1)).toBe('3 passed, 2 failed');
  });

  it('never reads as green when the run ended with an error', () => {
    expect(lineOf({}, 1)).toBe('3 passed, 1 failed');
    expect(countsLine(undefined, 1)).toBe('0 passed, 1 failed');
  });
});

function lineOf(changes: object, exitCode = 0): string {
  return countsLine({ ...passed, testResults: [], ...changes }, exitCode);
}
