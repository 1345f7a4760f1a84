/**
 * The start of PostgreSQL's programs on a cluster directory: `runToEnd` for short programs, `launch` for the server.
 */
import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { ServerAccount } from './server-account.js';
import { serverEnvironment } from './server-settings.js';

export interface ServerProgram {
  readonly program: string;
  readonly clusterDir: string;
  readonly account: ServerAccount;
  readonly args: readonly string[];
}

/** Runs a program until it exits. Throws with its output when it fails. */
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
 * Starts a program that keeps running, in a session of its own. Ctrl-C goes to the whole foreground process group, and
 * the database has to outlive the service's graceful shutdown. The program writes to a file and not to a pipe. A pipe
 * breaks when this process is killed, and blocks the server when this process is paused.
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
 * Opens the cluster's directory and passes the descriptor. As root, the server's account may have no right to traverse
 * to the cluster. That is so below /root and in a DATA_DIR of mode 0700, the usual one.
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
