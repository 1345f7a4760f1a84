/**
 * Mutation testing of what decides about access: each mutant is a small mistake, and some spec must notice it.
 * docs/mutation.md says what was measured and who survived. In a hurry: `npm run mutation -- -m src/access-control/ability.ts`.
 *
 * Left out, because no mutant of it says anything about who gets in:
 * - types, entities and the shapes of requests and responses, whose rules are decorators;
 * - modules, which are wiring, without which nothing starts;
 * - what test/mutation/meaningless.js ignores: the texts of errors and logs, decorators.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: [
    'src/{access-control,credentials,verification,access-tokens,audit,auth,user-account}/**/*.ts',
    'src/{memberships,ledger-accounts,organizations,users,platform/concurrency}/**/*.ts',
    '!src/**/*.{module,entity,request,requests,response,responses,query}.ts',
    '!src/verification/credential-facts.ts',
    '!src/access-tokens/token-row.ts',
  ],
  plugins: [
    './test/mutation/sql-mutator.js',
    './test/mutation/meaningless.js',
    './test/mutation/warm-runner.js',
    './test/mutation/sample.js',
    './test/mutation/survivors.js',
  ],
  ignorers: ['meaningless'],
  testRunner: 'warm',
  // The runner finds out by itself which tests reach a mutant, for each spec file when it is first needed.
  coverageAnalysis: 'off',
  disableTypeChecks: false,
  concurrency: 2,
  // The runner has limits of its own: a busy machine must not look like an endless loop.
  timeoutMS: 3_600_000,
  // Copied for each run, so that mutants never touch the working tree.
  tempDirName: '.latchkey-stryker',
  ignorePatterns: ['/bench', '/faults', '/dist', '/coverage', '/.latchkey*'],
  reporters: ['sample', 'survivors', 'progress-append-only', 'json'],
  jsonReporter: { fileName: 'coverage/mutation.json' },
};
