import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const bcrypt = {
  name: 'bcrypt',
  message: 'People’s passwords are hashed in src/auth/passwords/password-hashing.service.ts and nowhere else.',
};
const hashes = {
  name: 'node:crypto',
  importNames: ['default', 'createHash', 'createHmac', 'hash'],
  message: 'A second place that hashes secrets is a second idea of what a secret is: use what the room offers.',
};
const typeorm = {
  name: 'typeorm',
  allowTypeImports: true,
  message: 'Queries live in repositories, entities, migrations and src/platform/database.',
};
const injected = 'Configuration is read in config/ and injected as AppConfig.';
const environment = ['process', 'node:process'].map((name) => ({ name, message: injected }));

const imports = (...paths) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { paths: [...environment, ...paths] }],
});

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' };
const threeDependencies = {
  selector: "MethodDefinition[kind='constructor'] > FunctionExpression[params.length>3]",
  message: 'A controller with more than three dependencies does a service’s work.',
};

export default defineConfig(
  { ignores: ['dist/', 'coverage/', '.latchkey*/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', noDefaultExport],
      '@typescript-eslint/consistent-type-exports': 'error',
      // In files with decorators this rule stands back by itself: Nest reads constructor types at run time.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/max-params': ['error', { max: 5 }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Nest's modules are classes with a decorator and nothing inside.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowStaticOnly: true }],
      // A property's type is what its decorators see at run time, so it is always written.
      '@typescript-eslint/no-inferrable-types': ['error', { ignoreProperties: true }],
      // AppConfig is a class only to be a name for injection; its values are plain objects.
      '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'file', name: 'AppConfig' }, 'string'] }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An async method may have nothing to wait for, where its interface says Promise.
      '@typescript-eslint/require-await': 'off',
      // It would turn a cast into the assertion that is forbidden here.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['src/**', 'config/**'],
    rules: {
      'no-console': 'error',
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**'],
    rules: {
      ...imports(bcrypt, hashes, typeorm),
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: injected },
        { object: 'globalThis', property: 'process', message: injected },
      ],
    },
  },
  {
    // Five collaborators, and the transaction or the audit trail beside them.
    files: ['src/**/*.service.ts'],
    rules: { '@typescript-eslint/max-params': ['error', { max: 6 }] },
  },
  {
    files: ['src/**/*.controller.ts'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, threeDependencies] },
  },
  { files: ['src/**/*.{repository,entity}.ts', 'src/platform/database/**'], rules: imports(bcrypt, hashes) },
  // Keyed hashes of client addresses are no secrets.
  {
    files: ['src/auth/**', 'src/credentials/**', 'src/platform/rate-limits/limit-key.ts'],
    rules: imports(bcrypt, typeorm),
  },
  { files: ['src/auth/**/*.{repository,entity}.ts'], rules: imports(bcrypt) },
  { files: ['src/auth/passwords/password-hashing.service.ts'], rules: imports(typeorm) },
  {
    files: ['test/**', 'harness/**', 'faults/**', 'bench/**'],
    rules: {
      // Response bodies are `any` in supertest; what matters about them is what the test expects.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // The caller names the shape of a row or a body.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/max-params': ['error', { max: 6 }],
    },
  },
  // Jest, ESLint and their like want default exports of the files that they load.
  {
    files: [
      '*.config.js',
      'test/support/{global-setup,global-teardown}.ts',
      'test/support/{*-reporter,longest-first}.js',
      'test/support/packages-once/*.js',
      'test/mutation/*.js',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  { files: ['*.{js,cjs}'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['**/*.{js,cjs}'], languageOptions: { globals: { process: 'readonly', module: 'writable' } } },
);
