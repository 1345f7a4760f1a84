import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import LongestFirst, { LONGEST } from '../../support/longest-first.js';

const spec = (path: string): { path: string } => ({ path: `/latchkey/test/${path}.spec.ts` });

describe('the order of spec files', () => {
  it('begins with the longest, then goes from the folder of the long ones to that of the short ones', () => {
    const specs = ['unit/a', 'api/b/c', 'guarantees/d', 'guarantees/frozen-backends', 'clients/e'].map(spec);
    const sorted = ['guarantees/frozen-backends', 'guarantees/d', 'clients/e', 'api/b/c', 'unit/a'].map(spec);
    expect(new LongestFirst().sort(specs)).toEqual(sorted);
  });

  it('names no spec that is not there', () => {
    const names = readdirSync('test', { recursive: true, encoding: 'utf8' }).map((path) => basename(path, '.spec.ts'));
    expect(names).toEqual(expect.arrayContaining(LONGEST));
  });
});
