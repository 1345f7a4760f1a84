/**
 * A small part of `npm run bench`: every process that it compares is started and every request answered, so that the
 * harness cannot rot unseen. What it measures here means nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SUBJECTS } from '../../../bench/subjects.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LIMIT_MS = 300_000;
// The peer's packages are not installed with the repository.
const SHORT =
  '--only routes --connections 1 --rounds 1 --seconds 0.1 --warmup 0.1 --credentials 10 --uncompiled --without-peer';

let directory = '';
let code: number | null = null;
let output = '';
let page = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-bench-smoke-'));
  const args = [...SHORT.split(' '), '--report', join(directory, 'page.md')];
  ({ code, output } = await runBench(args));
  if (code === 0) page = readFileSync(join(directory, 'page.md'), 'utf8');
}, LIMIT_MS);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the benchmark', () => {
  it('measures every subject', () => {
    expect({ code, output }).toEqual({ code: 0, output: expect.any(String) });
    for (const { name, server } of Object.values(SUBJECTS)) {
      if (server !== 'peer') expect(page).toMatch(new RegExp(`\\| ${escaped(name)} +\\| +[\\d,]+ \\|`));
    }
  });

  it('names the command that ran, the commit, the machine, the database and the load', () => {
    expect(page).toContain(`\`node --import ./harness/typescript.js bench/main.ts ${SHORT} --report`);
    expect(page).toMatch(/\| commit +\| ([0-9a-f]{40}; the tree was|unknown)/);
    expect(page).toContain(`Node ${process.versions.node}`);
    expect(page).toContain('`fsync = on`');
    expect(page).toMatch(/\| load during +\| run 1: load average \d/);
  });

  it('tells of every subject what it is', () => {
    for (const { name, server, what } of Object.values(SUBJECTS)) {
      if (server !== 'peer') expect(page).toContain(`- **${name}**: ${what}.`);
    }
  });
});

function escaped(text: string): string {
  return text.replace(/[/.]/g, String.raw`\$&`);
}

async function runBench(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const typescript = ['--import', './harness/typescript.js', 'bench/main.ts'];
  const { npm_lifecycle_event: _, ...env } = process.env;
  const harness = spawn(process.execPath, [...typescript, ...args], { cwd: ROOT, env });
  const chunks: string[] = [];
  for (const stream of [harness.stdout, harness.stderr]) stream.on('data', (chunk) => chunks.push(String(chunk)));
  const timer = setTimeout(() => harness.kill('SIGTERM'), LIMIT_MS - 30_000);
  const [status] = (await once(harness, 'close')) as [number | null];
  clearTimeout(timer);
  return { code: status, output: chunks.join('') };
}
