/** Load by wrk: a generator in C uses less of the machine that it shares with the service and PostgreSQL. */
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
  /** Microseconds, like all latencies of wrk. */
  readonly p50: number;
  readonly p99: number;
}

/** Whether wrk is installed: a Debian package of that name, which only the benchmark needs. */
export function hasWrk(): boolean {
  try {
    execFileSync('which', ['wrk'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Throws when any request failed, because such a run measures something else. */
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
