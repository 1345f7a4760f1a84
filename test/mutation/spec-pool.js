/** The spec files that are held ready. Each costs some 250 MB, so the one that was asked longest ago gives way. */
import { SpecProcess } from './spec-process.js';

const HELD = 16;

export class SpecPool {
  /** In the order in which they were asked. @type {Map<string, SpecProcess>} */
  held = new Map();
  /** @type {Set<Promise<void>>} */
  leaving = new Set();

  /** @param {string} specFile */
  of(specFile) {
    const spec = this.held.get(specFile) ?? new SpecProcess(specFile);
    this.held.delete(specFile);
    this.held.set(specFile, spec);
    for (const [oldest] of this.held) if (this.held.size > HELD) this.forget(oldest);
    return spec;
  }

  /**
   * Runs a file in a process of its own, in which the mutant is active from the first module on.
   * @param {string} specFile
   * @param {string} mutant
   * @param {import('./warm-circus.js').Request} request
   */
  async once(specFile, mutant, request) {
    const spec = new SpecProcess(specFile, mutant);
    const answer = await spec.run(request);
    this.leave(spec);
    return answer;
  }

  /** @param {string} specFile */
  forget(specFile) {
    const spec = this.held.get(specFile);
    this.held.delete(specFile);
    if (spec) this.leave(spec);
  }

  /** @param {SpecProcess} spec */
  leave(spec) {
    const left = spec.end();
    this.leaving.add(left);
    void left.finally(() => this.leaving.delete(left));
  }

  async end() {
    for (const specFile of [...this.held.keys()]) this.forget(specFile);
    await Promise.all(this.leaving);
  }
}
