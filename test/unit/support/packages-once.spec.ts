import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isSharing } from '../../support/packages-once/environment.js';

/** Leaves its name wherever it can, and writes down whose names it finds there. */
const SPEC = `
  import { appendFileSync } from 'node:fs';
  import { basename } from 'node:path';
  import { it, jest } from '@jest/globals';
  import bcrypt from 'bcrypt';
  import { Logger } from '@nestjs/common';
  import { own } from './own.js';

  const name = basename(import.meta.url, '.spec.js');
  const places = { own, bcrypt, language: globalThis, environment: process.env };
  it('leaves traces', async () => {
    const found = Object.entries(places).map(([place, it]) => [place, (it.trace = (it.trace ?? '') + name)]);
    const logsByDefault = Logger.isLevelEnabled('log');
    const startedAt = Date.now();
    const hasOneError = (await bcrypt.genSalt('no number').catch((error) => error)) instanceof Error;
    Logger.overrideLogger(false);
    jest.useFakeTimers({ now: 0 });
    appendFileSync('found', JSON.stringify({ ...Object.fromEntries(found), logsByDefault, startedAt, hasOneError }) + '\\n');
  });
`;

interface Found {
  readonly own: string;
  readonly bcrypt: string;
  readonly language: string;
  readonly environment: string;
  readonly logsByDefault: boolean;
  readonly startedAt: number;
  readonly hasOneError: boolean;
}

describe('two spec files of one worker', () => {
  let dir: string;
  let found: Found[];

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'latchkey-packages-'));
    symlinkSync(resolve('node_modules'), join(dir, 'node_modules'));
    writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(dir, 'own.js'), 'export const own = {};');
    for (const name of ['a', 'b']) writeFileSync(join(dir, `${name}.spec.js`), SPEC);
    runIn(dir);
    found = readFileSync(join(dir, 'found'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Found);
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it.each(['own', 'language', 'environment'] as const)('find nothing of each other: %s', (place) => {
    expect(found.map((traces) => traces[place]).sort()).toEqual(['a', 'b']);
  });

  it('find a package as the first has left it, where packages are shared', () => {
    const lengths = found.map(({ bcrypt }) => bcrypt.length);
    expect(lengths).toEqual(isSharing ? [1, 2] : [1, 1]);
  });

  it('find the logger and the clock as they are at the beginning', () => {
    expect(found.map(({ logsByDefault }) => logsByDefault)).toEqual([true, true]);
    expect(found.map(({ startedAt }) => startedAt > 0)).toEqual([true, true]);
  });

  it('have errors of the same class as their packages', () => {
    expect(found.map(({ hasOneError }) => hasOneError)).toEqual([true, true]);
  });
});

function runIn(dir: string): void {
  const once = resolve('test/support/packages-once');
  const config = {
    rootDir: dir,
    testMatch: ['<rootDir>/*.spec.js'],
    transform: {},
    testEnvironment: join(once, 'environment.js'),
    runtime: join(once, 'runtime.js'),
  };
  const jest = resolve('node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const args = [...flags, jest, '--config', JSON.stringify(config), '--runInBand', '--silent'];
  execFileSync(process.execPath, args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
}
