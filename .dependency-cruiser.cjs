/** Import arrows: who may know whom. Every rule says why; a rule that only bothers is to be deleted, not worked around. */

/**
 * The rooms, in order: a file imports from its own room and from rooms above it. So no two rooms can need each other.
 * docs/architecture.md says what each is for; test/guarantees/repository/architecture.spec.ts compares the two lists.
 */
const ROOMS = [
  'migrations/',
  'config/',
  'src/platform/',
  'src/access-control/',
  'src/credentials/',
  'src/audit/',
  'src/verification/',
  'src/users/',
  'src/auth/',
  'src/memberships/',
  'src/organizations/',
  'src/access-tokens/',
  'src/user-account/',
  'src/ledger-accounts/',
  'src/compat/',
  'src/openapi/',
  'src/monitoring/',
  'src/app.module.ts',
  'src/create-app.ts',
  'src/commands/',
  'src/main.ts',
];

/** The same inside the two rooms that have many folders. */
const PLATFORM = [
  'src/platform/errors/',
  'src/platform/logging/',
  'src/platform/config/',
  'src/platform/concurrency/',
  'src/platform/crypto/',
  'src/platform/process/',
  'src/platform/validation/',
  'src/platform/database/',
  'src/platform/rate-limits/',
  'src/platform/queue/',
  'src/platform/mail/',
  'src/platform/http/problems/',
  'src/platform/http/',
];
const AUTH = [
  'src/auth/authorization/',
  'src/auth/passwords/',
  'src/auth/sessions/',
  'src/auth/strategies/',
  'src/auth/guards/',
  'src/auth/sign-in/',
];

const pathOf = (room) => `^${room.replaceAll('.', '\\.')}`;

const inOrder = [ROOMS, PLATFORM, AUTH].flatMap((rooms) =>
  rooms.slice(0, -1).map((room, index) => ({
    name: `order: ${room}`,
    comment: 'A file imports from its own room and from the rooms above it in the list.',
    severity: 'error',
    from: { path: pathOf(room) },
    to: { path: rooms.slice(index + 1).map(pathOf), pathNot: pathOf(room) },
  })),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...inOrder,
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
          '^src/access-control/(?!.*\\.decorator\\.ts$)',
          '^src/credentials/(?!request-credential\\.ts$)',
          '^src/verification/(verification-outcome|facts|credential-rules)\\.ts$',
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
      comment: 'A row’s shape is its own room’s business; only the platform’s database folder may list them all.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '^src/platform/database/' },
      to: { path: '^src/.+\\.entity\\.ts$', pathNot: '^src/$1/' },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'What ships imports nothing of tests, benchmarks, fault runs or their harness.',
      severity: 'error',
      from: { path: '^(src|config|migrations)/' },
      to: { path: '^(test|bench|faults|harness)/' },
    },
    {
      name: 'no-dev-dependencies-in-production',
      comment: 'The image has no dev dependencies.',
      severity: 'error',
      from: { path: '^(src|config|migrations)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
    },
    {
      name: 'one-ability',
      comment:
        'CASL is an implementation detail of src/access-control/ability.ts; its matching rules surprise everybody else.',
      severity: 'error',
      from: { pathNot: '^src/access-control/' },
      to: { path: '^node_modules/@casl/' },
    },
    {
      name: 'one-password-hash',
      comment:
        'bcrypt truncates at 72 bytes and at NUL; src/auth/passwords/password-hashing.service.ts knows, others would not.',
      severity: 'error',
      from: { path: '^(src|config|migrations)/', pathNot: '^src/auth/passwords/password-hashing\\.service\\.ts$' },
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
