import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../../../../src/platform/process/command-line.js';

describe('the command line', () => {
  it('serves with one process by default', () => {
    expect(parseCommandLine([])).toEqual({ action: 'serve', workers: 1 });
    expect(parseCommandLine(['--workers', '256'])).toEqual({ action: 'serve', workers: 256 });
  });

  it.each([
    ['--help', 'help'],
    ['-h', 'help'],
    ['--version', 'version'],
    ['-v', 'version'],
  ])('understands %s', (argument, action) => {
    expect(parseCommandLine([argument])).toEqual({ action });
  });

  it.each([['0'], ['257'], ['1.5'], ['-1'], ['two'], ['']])('refuses %j workers', (count) => {
    expect(() => parseCommandLine([`--workers=${count}`])).toThrow('--workers takes a whole number from 1 to 256');
  });

  it.each([['--worker'], ['serve'], ['--workers']])('refuses the argument %s', (argument) => {
    expect(() => parseCommandLine([argument])).toThrow();
  });
});
