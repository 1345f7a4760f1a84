/**
 * Jest reporter that checks a whole run: some test has received every status that openapi.json documents, from that
 * route. A status that no test has received is an unchecked promise.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { observationsFile } from './observations-file.js';

/**
 * @typedef {{ paths: Record<string, Record<string, { responses: Record<string, unknown> }>> }} OpenApi
 * @typedef {{ testPathPatterns: { patterns: string[] }, testNamePattern?: string, onlyChanged: boolean }} Choice
 */

/**
 * Documented and never seen, as `METHOD path status`.
 * @param {OpenApi} openapi
 * @param {ReadonlySet<string>} seen
 * @returns {string[]}
 */
export function unseenStatuses({ paths }, seen) {
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${routerPath(path)} ${status}`),
    ),
  );
  return documented.filter((line) => !seen.has(line));
}

/**
 * Converts a path to the router's form: `/a/:b` where OpenAPI has `/a/{b}`.
 * @param {string} path
 */
function routerPath(path) {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

// Jest accepts a reporter as a default export only.
export default class DocumentedStatusesReporter {
  /** @type {Error | undefined} */
  error;

  /** @param {Choice} choice */
  constructor(choice) {
    this.isWholeRun = choice.testPathPatterns.patterns.length === 0 && !choice.testNamePattern && !choice.onlyChanged;
  }

  onRunComplete() {
    const file = observationsFile();
    if (!existsSync(file)) return;
    const seen = new Set(readFileSync(file, 'utf8').split('\n'));
    rmSync(file);
    if (!this.isWholeRun) return;
    const openapi = /** @type {OpenApi} */ (JSON.parse(readFileSync('openapi.json', 'utf8')));
    const unseen = unseenStatuses(openapi, seen);
    if (unseen.length > 0) this.error = new Error(`documented, but answered in no test:\n  ${unseen.join('\n  ')}`);
    if (this.error) process.stderr.write(`\n${this.error.message}\n`);
  }

  /** An error fails the run. */
  getLastError() {
    return this.error;
  }
}
