import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { variables } from '../../../config/variables.js';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

describe('the configuration table of the README', () => {
  it('names exactly the variables that are read', () => {
    const named = [...readme.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name]) => name);

    expect(named.sort()).toEqual(Object.keys(variables.shape).sort());
  });
});
