/** Import arrows: who may know whom. Every rule says why; a rule that only bothers is to be deleted, not worked around. */

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that import each other are one file that nobody can read alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-core',
      comment: 'What decides about access is readable and testable without a framework or a database.',
      severity: 'error',
      from: {
        path: [
          '^src/policy/(permissions|role-grants|scopes|ability)\\.ts$',
          '^src/access-tokens/token-[^/]*\\.ts$',
          '^src/verification/(verification|facts|judge)\\.ts$',
        ],
      },
      to: { reachable: true, path: '^node_modules/(@nestjs|typeorm|@fastify|fastify|pg)/' },
    },
    {
      name: 'repositories-stay-home',
      comment: 'Another room’s rows are asked for at its service, where its rules are.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/.+\\.repository\\.ts$', pathNot: '^src/$1/' },
    },
    {
      name: 'entities-stay-home',
      comment: 'A row’s shape is its own room’s business; only the database room may list them all.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '^src/database/' },
      to: { path: '^src/.+\\.entity\\.ts$', pathNot: '^src/$1/' },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'What ships imports nothing of tests, benchmarks, fault runs or scripts.',
      severity: 'error',
      from: { path: '^(src|config|migrations)/' },
      to: { path: '^(test|bench|faults|scripts)/' },
    },
    {
      name: 'no-dev-dependencies-in-production',
      comment: 'The image has no dev dependencies.',
      severity: 'error',
      from: { path: '^(src|config|migrations)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
    },
    {
      name: 'foundations-know-no-feature',
      comment: 'errors/, queue/ and shared/ are below every room, so they import none of them.',
      severity: 'error',
      from: { path: '^src/(errors|queue|shared)/' },
      to: { path: '^src/[^/]+/', pathNot: '^src/(errors|queue|shared|database)/' },
    },
    {
      name: 'one-ability',
      comment: 'CASL is an implementation detail of src/access-control/ability.ts; its matching rules surprise everybody else.',
      severity: 'error',
      from: { pathNot: '^src/policy/' },
      to: { path: '^node_modules/@casl/' },
    },
    {
      name: 'one-password-hash',
      comment: 'bcrypt truncates at 72 bytes and at NUL; src/auth/passwords/password-hashing.service.ts knows, others would not.',
      severity: 'error',
      from: { path: '^(src|config|migrations)/', pathNot: '^src/auth/passwords\\.ts$' },
      to: { path: '^node_modules/bcrypt/' },
    },
    {
      name: 'optional-stays-optional',
      comment:
        'The Hedera SDK is large and may be missing; src/ledger-accounts/networks/hedera/sdk.ts loads it when it is chosen.',
      severity: 'error',
      from: { path: '^(src|config|migrations)/' },
      to: { path: '^node_modules/@hiero-ledger/' },
    },
    {
      name: 'nothing-unresolvable',
      comment: 'An import of something that is not there, or not in package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'nothing-undeclared',
      comment: 'A package that only happens to be installed may be gone tomorrow.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    // bench/ has packages of its own besides those of the repository.
    combinedDependencies: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default', 'require'],
    },
  },
};
