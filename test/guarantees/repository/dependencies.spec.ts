import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly license?: string;
  /** How packages stated it before 2014. */
  readonly licenses?: readonly { readonly type: string }[];
}

const { dependencies = {}, optionalDependencies = {} } = manifestOf('package.json');
const page = readFileSync('docs/dependencies.md', 'utf8');
const rows = [...page.matchAll(/^\| `(?<name>[^`]+)` +\| .*\| (?<licence>\S+) +\|$/gm)].map(({ groups }) => groups);

describe('docs/dependencies.md', () => {
  it('gives a reason for every package that runs in production, and for no other', () => {
    expect(rows.map((row) => row?.name)).toEqual([...Object.keys(dependencies), ...Object.keys(optionalDependencies)]);
  });

  it.each(rows)('states the licence of $name as the package does', ({ name, licence } = {}) => {
    const { license, licenses } = manifestOf(`node_modules/${String(name)}/package.json`);
    expect(licence).toBe(license ?? licenses?.[0]?.type);
  });
});

function manifestOf(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}
