/** Loads by wrk: a generator in C takes less of the machine, which the service and PostgreSQL have to share with it. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClosedLoadRequest, LoadResult } from './load-request.js';

const SCRIPT = join(import.meta.dirname, 'wrk.lua');

interface Result {
  readonly requests: number;
  readonly failed: number;
  readonly microseconds: number;
  /** Microseconds, as well. */
  readonly p50: number;
  readonly p99: number;
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
export async function loadByWrk({ url, connections, credentials, seconds }: ClosedLoadRequest): Promise<LoadResult> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-bench-load-'));
  try {
    const file = join(directory, 'credentials');
    writeFileSync(file, credentials.join('\n'), { mode: 0o600 });
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', SCRIPT, url];
    const { stdout } = await promisify(execFile)('wrk', args, { env: { ...process.env, CREDENTIALS: file } });
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
    const { requests, failed, microseconds, p50, p99 } = result;
    if (failed > 0 || requests === 0) throw new Error(`${failed} of ${requests} requests of ${url} failed`);
    const requestsPerSecond = (requests * 1_000_000) / microseconds;
    return { requests, requestsPerSecond, p50Ms: p50 / 1_000, p99Ms: p99 / 1_000 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
