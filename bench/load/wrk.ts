/** Loads by wrk: a generator in C takes less of the machine, which the service and PostgreSQL have to share with it. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CONNECTIONS, type SaturationOrder, type SaturationResult } from './order.js';

const SCRIPT = join(import.meta.dirname, 'wrk.lua');

interface Result {
  readonly requests: number;
  readonly failed: number;
  readonly microseconds: number;
}

/** A Debian package of that name; nothing but the benchmark wants it. */
export function hasWrk(): boolean {
  try {
    execFileSync('which', ['wrk'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Throws when any request failed: such a run measures something else. */
export async function saturateByWrk({ url, credentials, seconds }: SaturationOrder): Promise<SaturationResult> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-bench-load-'));
  try {
    const file = join(directory, 'credentials');
    writeFileSync(file, credentials.join('\n'), { mode: 0o600 });
    const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', SCRIPT, url];
    const { stdout } = await promisify(execFile)('wrk', args, { env: { ...process.env, CREDENTIALS: file } });
    const { requests, failed, microseconds } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
    if (failed > 0 || requests === 0) throw new Error(`${failed} of ${requests} requests of ${url} failed`);
    return { requestsPerSecond: (requests * 1_000_000) / microseconds };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
