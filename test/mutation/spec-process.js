/** A process in which Jest holds one spec file ready (warm-circus.js), the application started, and runs it on request. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { clearTimeout, setTimeout } from 'node:timers';

/**
 * @typedef {import('./warm-circus.js').Request} Request
 * @typedef {import('./warm-circus.js').Answer & { passed: { id: string, ms: number }[], coverage?: import('@stryker-mutator/api/core').MutantCoverage }} Answer
 * @typedef {Answer | 'hung' | 'ended'} Outcome
 * @typedef {{ names: string[][], loading: string[] }} Loaded each test with the hooks above it, and what loading reached
 */

/** A process that says nothing for so long hangs. Longer than Jest gives a test and its hooks. */
const SILENCE_MS = 240_000;

/** Races are run so many times for each mutant, instead of 200 times. */
const ROUNDS = '20';

/** A process that has not gone by then is killed, and its database stays until the run ends. */
const FAREWELL_MS = 20_000;

const ARGUMENTS = ['--config', 'test/mutation/jest.config.js', '--runInBand', '--silent', '--forceExit'];

export class SpecProcess {
  /** What the process has written to its error output, for the case that it never gets ready. */
  said = '';
  runs = 0;

  /**
   * @param {string} specFile relative to the working directory
   * @param {string} [mutant] active from the first module on, for code that is run while modules are loaded
   */
  constructor(specFile, mutant) {
    this.specFile = specFile;
    this.child = fork('node_modules/jest/bin/jest.js', [...ARGUMENTS, '--runTestsByPath', specFile], {
      execArgv: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      env: { ...process.env, TEST_ROUNDS: ROUNDS, ...(mutant && { __STRYKER_ACTIVE_MUTANT__: mutant }) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.stderr?.on('data', (text) => (this.said = (this.said + String(text)).slice(-4_000)));
    this.exited = once(this.child, 'exit').catch(() => undefined);
    /** @type {Promise<Loaded | undefined>} */
    this.ready = this.message('ready').then((message) => message?.ready);
  }

  /**
   * @param {Request} request
   * @returns {Promise<Outcome>}
   */
  async run(request) {
    if (!(await this.ready)) return 'ended';
    this.runs += 1;
    const answered = this.message('answer');
    this.child.send(request, () => undefined);
    const message = await answered;
    if (message === 'hung') return 'hung';
    return message?.answer ?? 'ended';
  }

  /** Lets the file clean up after itself; nobody needs to wait for that. */
  async end() {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), FAREWELL_MS);
    if (this.child.connected) this.child.send({ end: true }, () => undefined);
    await this.exited;
    clearTimeout(timer);
  }

  /**
   * The next message of this kind; null when the process ends before it, `hung` when it is silent for too long.
   * @param {string} kind
   * @returns {Promise<any>}
   */
  message(kind) {
    const { child } = this;
    return new Promise((resolve) => {
      const give = (/** @type {any} */ message) => {
        clearTimeout(timer);
        child.off('message', hear).off('exit', leave);
        resolve(message);
      };
      const hear = (/** @type {any} */ message) => {
        timer.refresh();
        if (kind in message) give(message);
      };
      const leave = () => give(null);
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        give('hung');
      }, SILENCE_MS);
      child.on('message', hear).on('exit', leave);
      if (child.exitCode !== null || child.signalCode !== null) leave();
    });
  }
}
