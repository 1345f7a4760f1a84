/**
 * Mutation testing of what decides about access: each mutant is a small mistake, and some spec must notice it.
 * docs/mutation.md says what was measured and who survived. In a hurry: `npm run mutation -- -m src/policy/ability.ts`.
 *
 * Left out, because no mutant of it says anything about who gets in:
 * - facts.ts and token-row.ts hold types and the lists that the database's checks repeat;
 * - verification.module.ts and guards.module.ts are wiring, without which nothing starts;
 * - what test/mutation/meaningless.js ignores: the texts of errors and logs, SQL as a whole (an emptied statement is a
 *   syntax error, which every request would notice), decorators.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: [
    'src/policy/*.ts',
    'src/verification/*.ts',
    'src/access-tokens/token-*.ts',
    '!src/verification/{facts,verification.module}.ts',
    '!src/policy/guards.module.ts',
    '!src/access-tokens/token-row.ts',
  ],
  plugins: ['@stryker-mutator/jest-runner', './test/mutation/meaningless.js'],
  ignorers: ['meaningless'],
  testRunner: 'jest',
  // Jest loads this repository's ES modules only with this flag.
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    configFile: 'jest.config.js',
    config: {
      testMatch: [
        '<rootDir>/test/unit/{policy,verification}/*.spec.ts',
        '<rootDir>/test/unit/access-tokens/token-*.spec.ts',
        '<rootDir>/test/guarantees/{freshness-fence,fence-connection,reverification,change-log-pruning}.spec.ts',
      ],
      // test/mutation/main.ts starts the one PostgreSQL, and stops it.
      globalSetup: null,
      globalTeardown: null,
      // Both make a mutant cheap; neither changes which mutants are killed.
      testRunner: '<rootDir>/test/mutation/jest-circus-until-killed.js',
      testSequencer: '<rootDir>/test/mutation/nearest-first.js',
      testTimeout: 5_000,
      // Which test kills a mutant must not depend on chance.
      randomize: false,
    },
  },
  coverageAnalysis: 'perTest',
  disableTypeChecks: false,
  concurrency: 1,
  // Node never frees the modules of a finished ESM spec file: 12 MB a mutant.
  maxTestRunnerReuse: 100,
  // Counts as killed, so it must mean an endless loop and not a busy machine.
  timeoutMS: 15_000,
  // Not `incremental: true`: it compares the text of each test, and misses what the test imports. `--incremental` asks for it.
  incrementalFile: 'coverage/mutation-incremental.json',
  // Copied for each run, so that mutants never touch the working tree.
  tempDirName: '.latchkey-stryker',
  ignorePatterns: ['/bench', '/faults', '/dist', '/coverage', '/.latchkey*'],
  reporters: ['progress-append-only', 'clear-text', 'json'],
  // Static mutants are slow, and they are the tables of who may do what.
  warnings: { slow: false },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'coverage/mutation.json' },
  thresholds: { high: 95, low: 85, break: 85 },
};
