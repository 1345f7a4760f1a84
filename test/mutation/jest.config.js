/** Jest in a warm process (spec-process.js): one spec file, loaded once, its tests run again and again. */
import base from '../../jest.config.js';

/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/src', '<rootDir>/config', '<rootDir>/migrations', '<rootDir>/test'],
  // test/mutation/main.ts starts the one PostgreSQL, and stops it.
  globalSetup: null,
  globalTeardown: null,
  testRunner: '<rootDir>/test/mutation/warm-circus.js',
  reporters: [],
  // Which test kills a mutant must not depend on chance.
  randomize: false,
  maxWorkers: 1,
  // A test that hangs has noticed; a busy machine must not look like that.
  testTimeout: 60_000,
};
