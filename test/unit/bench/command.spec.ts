import { describe, expect, it } from '@jest/globals';
import { commandOf } from '../../../bench/command.js';

describe('the command on the page of benchmarks', () => {
  it.each([
    ['bench', [], 'npm run bench'],
    ['bench', ['--runs', '3'], 'npm run bench -- --runs 3'],
    ['bench', ['--runs=3', '--big'], 'npm run bench -- --runs=3 --big'],
    [undefined, ['--only', 'routes'], 'node --import ./harness/typescript.js bench/main.ts --only routes'],
    ['bench', ['--report', "it's here.md"], String.raw`npm run bench -- --report 'it'\''s here.md'`],
  ])('is what was typed, as %s with %j', (script, args, command) => {
    expect(commandOf(script, args)).toBe(command);
  });
});
