/**
 * Starts PostgreSQL's programs on a cluster directory: `runToEnd` for the short ones, `launch` for the server itself.
 */
import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { ServerAccount } from './server-account.js';
import { serverEnvironment } from './server-environment.js';

export interface ServerProgram {
  readonly program: string;
  readonly clusterDir: string;
  readonly account: ServerAccount;
  readonly args: readonly string[];
}

/** Runs a program until it exits; throws with what it said when that was not successful. */
export function runToEnd(what: ServerProgram, input = ''): void {
  withCluster(what, (directory, fd) => {
    const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', fd];
    const run = spawnSync(what.program, [...what.args, '-D', directory], { ...options(what), stdio, input });
    if (run.status === 0) return;
    const said = run.error?.message ?? `${String(run.stdout)}\n${String(run.stderr)}`.trim();
    throw new Error(`${what.program} failed (${String(run.status ?? run.signal)}): ${said}`);
  });
}

/**
 * Starts a program that stays. It leads a session of its own, because Ctrl-C goes to the whole foreground group and the
 * database has to outlive the service's graceful shutdown. It writes to a file and not to a pipe: a pipe breaks when
 * this process is killed, and blocks the server when it is paused.
 */
export function launch(what: ServerProgram, logFd: number): ChildProcess {
  return withCluster(what, (directory, fd) => {
    const stdio: StdioOptions = ['ignore', logFd, logFd, fd];
    const child = spawn(what.program, [...what.args, '-D', directory], { ...options(what), stdio, detached: true });
    child.unref();
    return child;
  });
}

/**
 * As root the server's account may have no right to walk down to the cluster (below /root, or in a DATA_DIR of mode
 * 0700, which it is). So the directory is opened here and handed over; the account reaches it through the descriptor.
 */
function withCluster<T>({ clusterDir, account }: ServerProgram, use: (directory: string, fd: number) => T): T {
  const fd = openSync(clusterDir, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return use(account.uid === undefined ? clusterDir : '/proc/self/fd/3', fd);
  } finally {
    closeSync(fd);
  }
}

function options({ account }: ServerProgram): { env: NodeJS.ProcessEnv; cwd: string; uid?: number; gid?: number } {
  return { ...account, env: serverEnvironment, cwd: '/' };
}
