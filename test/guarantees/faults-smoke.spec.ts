/**
 * `npm run faults -- --short`: processes of their own on a PostgreSQL of their own, broken in a few ways for one round each.
 * The harness convicts every wrong variant of the service first, or its run counts for nothing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { SHORT_CELLS } from '../../faults/plan.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT_MS = 300_000;

// Processes are found and stopped through /proc.
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('immediate revocation', () => {
  onLinux(
    'holds on all instances while processes, connections and PostgreSQL fail',
    async () => {
      const { code, output } = await runFaults('--short');
      expect({ code, output }).toEqual({
        code: 0,
        output: expect.stringContaining(`Every promise was kept in ${String(SHORT_CELLS.length)} cells`),
      });
    },
    LIMIT_MS,
  );
});

/** The service as its source stands, whether or not it was built. */
async function runFaults(...args: string[]): Promise<{ code: number | null; output: string }> {
  const typescript = ['--import', './test/support/typescript.js', 'faults/main.ts', '--entry', 'src/main.ts'];
  // The pipe to its stdin closes however this process ends, and the harness then ends what it started.
  const harness = spawn(process.execPath, [...typescript, '--ends-with-input', ...args], { cwd: ROOT });
  const chunks: string[] = [];
  for (const stream of [harness.stdout, harness.stderr]) stream.on('data', (chunk) => chunks.push(String(chunk)));
  const timer = setTimeout(() => harness.stdin.end(), LIMIT_MS - 15_000);
  const [code] = (await once(harness, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, output: chunks.join('') };
}
