// Workers inherit this, whatever the shell has set.
process.env.NODE_ENV = 'test';

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.latchkey'],
  testEnvironment: '<rootDir>/test/support/packages-once/environment.js',
  runtime: '<rootDir>/test/support/packages-once/runtime.js',
  // Options come from .swcrc, which harness/typescript.js reads too.
  transform: { '^.+\\.ts$': '@swc/jest' },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  reporters: [
    'default',
    '<rootDir>/test/support/documented-statuses-reporter.js',
    '<rootDir>/test/support/counts-reporter.js',
  ],
  // The order of the tests in a file is another one in each run. `--seed N` repeats it: the run says its own seed.
  randomize: true,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // Far above what any test takes by itself: when it is over, something hangs, however busy the machine is.
  testTimeout: 120_000,
  // Two more than the cores of the machine that CI has, because almost half of the specs' time is waiting.
  maxWorkers: 4,
  // Node never frees the modules of a finished ESM spec file, so a worker that has grown is replaced.
  workerIdleMemoryLimit: '1GB',
  // Its warning would come after the counts, which are the last line; a hanging run is seen by CI's time limit.
  openHandlesTimeout: 0,
};
