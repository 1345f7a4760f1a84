/** The running server process: its start, its readiness and its end. */
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DATABASE, type Cluster } from './cluster.js';
import { launch } from './server-processes.js';
import { serverArguments } from './server-settings.js';

const LOG_FILE_LIMIT_BYTES = 1_000_000;
/** Long, because recovery after a crash replays the write-ahead log before the server accepts connections. */
const READY_TIMEOUT_MS = 120_000;
const FAST_SHUTDOWN_MS = 30_000;
const PORT_ATTEMPTS = 5;

export class Postmaster {
  constructor(
    readonly port: number,
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  onExit(listener: () => void): void {
    this.child.once('exit', listener);
  }

  /** Requests a fast shutdown (open transactions roll back, everything is flushed) without waiting for it. */
  requestStop(): void {
    this.child.kill('SIGINT');
  }

  /** Resolves when the process has ended. After the timeout it is stopped as in a crash, which loses nothing. */
  async stop(): Promise<void> {
    if (!this.running) return;
    const ended = new Promise<void>((resolve) => this.onExit(resolve));
    this.requestStop();
    const timer = setTimeout(() => this.child.kill('SIGQUIT'), FAST_SHUTDOWN_MS);
    await ended;
    clearTimeout(timer);
  }
}

/**
 * Resolves when the server accepts connections. Without a `port` a free one is chosen, again if another process takes
 * it first.
 */
export async function startPostmaster(cluster: Cluster, port?: number): Promise<Postmaster> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(cluster, port ?? (await freePort()));
    } catch (error) {
      const lostRace = error instanceof Error && error.message.includes('Address already in use');
      if (!lostRace || attempt >= PORT_ATTEMPTS) throw error;
    }
  }
}

async function startOn(cluster: Cluster, port: number): Promise<Postmaster> {
  rotateLog(cluster.logFile);
  const logFd = openSync(cluster.logFile, 'a', 0o600);
  const logStart = statSync(cluster.logFile).size;
  const { postgres, dir, account } = cluster;
  const child = launch({ program: postgres, clusterDir: dir, account, args: serverArguments(port) }, logFd);
  closeSync(logFd);
  const url = `postgres://${DATABASE}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`;
  const postmaster = new Postmaster(port, url, child);
  // No other process knows the server before it is ready: every exit of the service must end it too.
  const onServiceExit = (): void => postmaster.requestStop();
  process.once('exit', onServiceExit);
  postmaster.onExit(() => process.off('exit', onServiceExit));
  try {
    await waitUntilReady(postmaster, child);
    return postmaster;
  } catch (error) {
    await postmaster.stop();
    const log = readFileSync(cluster.logFile).subarray(logStart).toString('utf8').trim();
    throw new Error(`The embedded database did not start: ${(error as Error).message}\n${log}`, { cause: error });
  }
}

async function waitUntilReady(postmaster: Postmaster, child: ChildProcess): Promise<void> {
  let spawnError: Error | undefined;
  child.once('error', (error) => (spawnError = error));
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const refusal = await tryToConnect(postmaster.url);
    if (spawnError !== undefined) throw spawnError;
    if (!postmaster.running) throw new Error('its process ended early');
    if (refusal === null) return;
    if (Date.now() > deadline) throw refusal;
    await sleep(25);
  }
}

async function tryToConnect(connectionString: string): Promise<Error | null> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return null;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** One old file is kept. The file grows only by errors while the service runs. */
function rotateLog(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_FILE_LIMIT_BYTES) renameSync(logFile, `${logFile}.1`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
