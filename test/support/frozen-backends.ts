/** Server processes stopped by SIGSTOP: their connections are open, and nothing comes from them. */
import { afterAll } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import type { TestApp } from './app.js';

const frozen = new Set<number>();

/** Process ids of this application's database connections, by their application name. */
export async function dbBackends(app: TestApp, applicationName: string): Promise<number[]> {
  const rows = await app.db<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [applicationName],
  );
  return rows.map(({ pid }) => pid);
}

/** Requires the server on this machine, which is true for the tests' own. */
export function freeze(pids: readonly number[]): void {
  for (const pid of pids) {
    if (!isServerProcess(pid))
      throw new Error(`process ${String(pid)} is no PostgreSQL server process of this machine`);
    process.kill(pid, 'SIGSTOP');
    frozen.add(pid);
  }
}

export function thaw(): void {
  for (const pid of frozen) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // The process has ended.
    }
  }
  frozen.clear();
}

/**
 * Checked before a signal is sent: the database of TEST_DATABASE_URL may be on another machine, with its own process
 * ids.
 */
function isServerProcess(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  const commandLine = `/proc/${String(pid)}/cmdline`;
  return existsSync(commandLine) && readFileSync(commandLine, 'utf8').startsWith('postgres');
}

afterAll(thaw);
