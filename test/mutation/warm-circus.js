/**
 * Runs a spec file's tests as often as the parent process asks, and loads the file once. Stryker's mutants are switched on
 * by a global at run time, so that the next mutant costs its tests and neither the modules nor the application's start.
 *
 * Each request adds copies of the chosen describe blocks to the running file: their beforeAll sets the scene anew, while
 * what the file itself shares, the application, stays. Stryker's names: `__stryker__` holds the active mutant, how
 * often it was reached (`hitCount`), and which test reaches which mutants.
 */
// @ts-expect-error It comes without types.
import circus from 'jest-circus/runner';

/**
 * @typedef {{ mutant?: string, tests?: string[], hitLimit?: number, asksCoverage?: boolean, end?: boolean }} Request
 * @typedef {{ id: string, failure: string }} Failure
 * @typedef {{ failed?: Failure, ran: number, hits: number, limitReached: boolean }} Answer
 */

/** Any of circus's events, blocks and tests, which have no exported types. */
/** @typedef {any} Circus */

/**
 * @param {unknown} globalConfig
 * @param {unknown} config
 * @param {{ global: Circus, handleTestEvent?: Function }} environment
 * @param {unknown} runtime
 * @param {string} specFile
 * @param {unknown} send
 */
export default async function runOnRequest(globalConfig, config, environment, runtime, specFile, send) {
  const stryker = (environment.global.__stryker__ = {
    activeMutant: process.env.__STRYKER_ACTIVE_MUTANT__,
    ...(process.env.__STRYKER_ACTIVE_MUTANT__ && { hitCount: 0, hitLimit: Number.MAX_SAFE_INTEGER }),
    mutantCoverage: { static: {}, perTest: {} },
  });
  const warm = new WarmSpec(stryker);
  // Whoever asked is gone, killed perhaps.
  process.once('disconnect', () => process.exit());
  environment.handleTestEvent = (/** @type {Circus} */ event, /** @type {Circus} */ state) => warm.handle(event, state);
  return circus.default(globalConfig, config, environment, runtime, specFile, send);
}

class WarmSpec {
  /** @type {Circus} */
  root;
  /** The file's blocks and tests as they were declared. @type {Circus[]} */
  declared = [];
  /** @type {Request | undefined} */
  request;
  /** @type {Failure | undefined} */
  failed;
  /** @type {{ id: string, ms: number }[]} */
  passed = [];
  errorsBefore = 0;

  /** @param {Circus} stryker */
  constructor(stryker) {
    this.stryker = stryker;
  }

  /**
   * @param {Circus} event
   * @param {Circus} state
   */
  async handle(event, state) {
    if (event.name === 'run_start') this.begin(state.rootDescribeBlock);
    if (event.name === 'run_describe_start') await this.enter(event.describeBlock, state);
    if (event.name === 'test_start') {
      this.stryker.currentTestId = nameOf(event.test);
      if (this.failed) event.test.mode = 'skip';
    }
    if (event.name === 'test_done') this.note(event.test);
  }

  /** @param {Circus} root */
  begin(root) {
    this.root = root;
    this.declared = root.children;
    root.children = [pause(root)];
    this.stryker.currentTestId = hooksOf(root);
  }

  /**
   * @param {Circus} block
   * @param {Circus} state
   */
  async enter(block, state) {
    if (block.isPause) {
      for (const test of block.children) test.mode = 'skip';
      if (this.request) this.answer(state);
      await this.next(state);
    } else if (block !== this.root) {
      this.stryker.currentTestId = hooksOf(block);
      if (this.failed) block.mode = 'skip';
    }
  }

  /** @param {Circus} test */
  note(test) {
    if (test.errors.length > 0) this.failed ??= { id: nameOf(test), failure: textOf(test.errors[0]) };
    else this.passed.push({ id: nameOf(test), ms: test.duration ?? 0 });
    process.send?.({ alive: true });
  }

  /** @param {Circus} state */
  answer(state) {
    const { hitCount = 0, hitLimit = 0 } = this.stryker;
    const stray = state.unhandledErrors[this.errorsBefore];
    if (stray) this.failed ??= { id: this.passed.at(-1)?.id ?? hooksOf(this.root), failure: textOf(stray) };
    const limitReached = hitLimit > 0 && hitCount > hitLimit;
    /** @type {Answer & { passed: object[], coverage?: object }} */
    const answer = { ran: this.passed.length, passed: this.passed, hits: hitCount, limitReached };
    if (this.failed) answer.failed = this.failed;
    if (this.request?.asksCoverage && !this.failed) answer.coverage = this.stryker.mutantCoverage;
    process.send?.({ answer });
  }

  /** @param {Circus} state */
  async next(state) {
    // What was run before is not needed any more.
    this.root.children.splice(1, this.root.children.length - 1, ...this.root.children.slice(1).map(() => this.nothing));
    const request = await received(this.declared, Object.keys(this.stryker.mutantCoverage.static));
    if (request.end) return;
    this.request = request;
    this.failed = undefined;
    this.passed = [];
    this.errorsBefore = state.unhandledErrors.length;
    if (process.env.__STRYKER_ACTIVE_MUTANT__ === undefined) {
      this.stryker.activeMutant = request.mutant;
      this.stryker.hitCount = request.mutant === undefined ? undefined : 0;
      this.stryker.hitLimit = request.hitLimit ?? Number.MAX_SAFE_INTEGER;
    }
    const chosen = request.tests && new Set(request.tests);
    this.root.children.push(...copies(this.declared, this.root, chosen), pause(this.root));
  }

  nothing = { type: 'describeBlock', name: '', children: [], hooks: [], tests: [], mode: 'skip' };
}

/**
 * Waits for the parent, which learns from the first call which tests the file has, each with the hooks above it, and which
 * mutants were reached while it was loaded.
 * @param {Circus[]} declared
 * @param {string[]} loading
 * @returns {Promise<Request>}
 */
function received(declared, loading) {
  return new Promise((resolve) => {
    process.once('message', (/** @type {Request} */ request) => resolve(request));
    const names = declared.flatMap(testsOf).map((test) => [nameOf(test), ...hooksAbove(test)]);
    process.send?.({ ready: { names, loading } });
  });
}

/**
 * A block at which the run stands still until the next request.
 * @param {Circus} parent
 */
function pause(parent) {
  const block = { type: 'describeBlock', name: '', hooks: [], tests: [], isPause: true, parent };
  // Without a test that might run, circus would not call the file's own hooks.
  const test = { type: 'test', name: 'pause', ...notRun(), parent: block };
  return Object.assign(block, { children: [test] });
}

/** What circus notes of a test while it is run. */
function notRun() {
  return { errors: [], retryReasons: [], invocations: 0, status: null, unhandledRejectionErrorByPromise: new Map() };
}

/**
 * @param {Circus[]} children
 * @param {Circus} parent
 * @param {Set<string> | undefined} chosen
 * @returns {Circus[]}
 */
function copies(children, parent, chosen) {
  return children
    .filter((child) => !chosen || testsOf(child).some((test) => chosen.has(nameOf(test))))
    .map((child) => {
      if (child.type === 'test') return { ...child, ...notRun(), parent };
      const block = { ...child, parent };
      block.children = copies(child.children, block, chosen);
      block.tests = block.children.filter((/** @type {Circus} */ { type }) => type === 'test');
      return block;
    });
}

/** @param {Circus} child @returns {Circus[]} */
function testsOf(child) {
  return child.type === 'test' ? [child] : child.children.flatMap(testsOf);
}

/** @param {Circus} test */
function nameOf(test) {
  return [...pathOf(test.parent), test.name].join(' ');
}

/** Stands for the hooks of a block among the names of tests. @param {Circus} block */
function hooksOf(block) {
  return `(hooks) ${pathOf(block).join(' ')}`;
}

/** @param {Circus} test @returns {string[]} */
function hooksAbove(test) {
  const names = [];
  for (let block = test.parent; block; block = block.parent) names.push(hooksOf(block));
  return names;
}

/** @param {Circus} block @returns {string[]} */
function pathOf(block) {
  return block?.parent ? [...pathOf(block.parent), block.name] : [];
}

/** @param {unknown} error */
function textOf(error) {
  const [first] = Array.isArray(error) ? error.filter(Boolean) : [error];
  return String(first?.stack ?? first?.message ?? first).slice(0, 2_000);
}
