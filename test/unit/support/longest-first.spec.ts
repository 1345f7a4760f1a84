import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import LongestFirst, { WAITING } from '../../support/longest-first.js';

const spec = (path: string): { path: string } => ({ path: `/latchkey/test/${path}.spec.ts` });
const sorted = (...paths: string[]): string[] =>
  new LongestFirst().sort(paths.map(spec)).map(({ path }) => /test\/(.*)\.spec/.exec(path)?.[1] ?? '');

describe('the order of spec files', () => {
  it('goes from the folder of the long ones to that of the short ones', () => {
    const order = ['guarantees/d', 'clients/e', 'api/b/c', 'unit/a'];
    expect(sorted('unit/a', 'api/b/c', 'guarantees/d', 'clients/e')).toEqual(order);
  });

  it('spreads those that wait, the longest first, and loses none', () => {
    const [first, second] = ['guarantees/ledger-networks', 'guarantees/hedera-driver'];
    const others = Array.from({ length: 20 }, (_, n) => `api/${String(n)}`);
    expect(sorted(...others, second, first)).toEqual([first, ...others.slice(0, 11), second, ...others.slice(11)]);
  });

  it('names no spec that is not there', () => {
    const names = readdirSync('test', { recursive: true, encoding: 'utf8' }).map((path) => basename(path, '.spec.ts'));
    expect(names).toEqual(expect.arrayContaining(WAITING));
  });
});
