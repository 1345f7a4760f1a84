/**
 * The removal of server processes from an earlier run. After kill -9 of the service its database server continues;
 * after kill -9 of the server, some of its workers do for a moment. A second server on the same files would destroy
 * them, so remaining processes are ended first.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

/** Resolves once no PostgreSQL process works in the cluster. Throws an error with their pids when they do not end. */
export async function endLeftovers(clusterDir: string): Promise<void> {
  const pidFile = join(clusterDir, 'postmaster.pid');
  const postmaster = readPid(pidFile);
  let working = processesIn(clusterDir, postmaster);
  if (postmaster !== null && working.includes(postmaster)) {
    send('SIGINT', [postmaster]);
    working = await waitUntilGone(clusterDir, postmaster, FAST_SHUTDOWN_MS);
  }
  if (working.length > 0) {
    send('SIGQUIT', working);
    working = await waitUntilGone(clusterDir, postmaster, IMMEDIATE_SHUTDOWN_MS);
  }
  if (working.length > 0) {
    throw new Error(`PostgreSQL processes of an earlier run still work in ${clusterDir}: ${working.join(', ')}.`);
  }
  // PostgreSQL trusts a stale file as soon as any process has the same pid again.
  if (process.platform === 'linux') rmSync(pidFile, { force: true });
}

async function waitUntilGone(clusterDir: string, postmaster: number | null, timeoutMs: number): Promise<number[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const working = processesIn(clusterDir, postmaster);
    if (working.length === 0 || Date.now() > deadline) return working;
    await sleep(25);
  }
}

/**
 * Returns the PostgreSQL processes that have the cluster as working directory, which identifies them with certainty,
 * whatever postmaster.pid says. Without /proc only the process named in postmaster.pid can be checked.
 */
function processesIn(clusterDir: string, postmaster: number | null): number[] {
  const cluster = statSync(clusterDir, { throwIfNoEntry: false });
  if (cluster === undefined) return [];
  if (process.platform !== 'linux') {
    return postmaster !== null && hasWorkingDirectory(postmaster, clusterDir) ? [postmaster] : [];
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && worksIn(name, cluster))
    .map(Number);
}

function worksIn(pid: string, cluster: Stats): boolean {
  try {
    const cwd = statSync(`/proc/${pid}/cwd`);
    if (cwd.dev !== cluster.dev || cwd.ino !== cluster.ino) return false;
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
  } catch {
    // The process has ended meanwhile, or belongs to another user and therefore not to this cluster.
    return false;
  }
}

function hasWorkingDirectory(pid: number, directory: string): boolean {
  try {
    const found = execFileSync('lsof', ['-a', '-p', String(pid), '-c', 'postgres', '-d', 'cwd', '-Fn'], {
      encoding: 'utf8',
    });
    return found.split('\n').includes(`n${realpathSync(directory)}`);
  } catch {
    return false;
  }
}

/**
 * Returns the server's pid from its own file. A standalone backend (initdb's) writes a negative number and is no
 * server.
 */
function readPid(pidFile: string): number | null {
  if (!existsSync(pidFile)) return null;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  return pid > 1 ? pid : null;
}

function send(signal: NodeJS.Signals, pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
