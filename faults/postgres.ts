/** PostgreSQL server of the run, with its faults: crash, freeze, read-only mode. Linux only. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { allowReplicationRole } from '../harness/superuser.js';
import { openCluster, type Cluster } from '../src/platform/database/embedded/cluster.js';
import { endLeftovers } from '../src/platform/database/embedded/leftover-processes.js';
import { startPostmaster, type Postmaster } from '../src/platform/database/embedded/postmaster.js';
import { runToEnd } from '../src/platform/database/embedded/server-processes.js';
import { skewedServer, type SkewedServer } from './skewed-postgres.js';

export class FaultyPostgres {
  private constructor(
    private cluster: Cluster,
    private postmaster: Postmaster,
  ) {}

  private skewed: SkewedServer | null = null;

  /** `sql` runs as the superuser, who cannot log in: one statement a line, before the server starts. */
  static async start(dataDir: string, sql = ''): Promise<FaultyPostgres> {
    await allowReplicationRole(dataDir);
    const cluster = await openCluster(dataDir, () => undefined);
    const { dir: clusterDir, postgres: program, account } = cluster;
    if (sql !== '') runToEnd({ program, clusterDir, account, args: ['--single', 'template1'] }, `${sql}\n`);
    return new FaultyPostgres(cluster, await startPostmaster(cluster));
  }

  get dataDir(): string {
    return join(this.cluster.dir, '..', '..');
  }

  get port(): number {
    return this.postmaster.port;
  }

  /**
   * Starts a replica from a copy of a cleanly stopped server, in a new directory. The replica follows the server that
   * `conninfo` (libpq's `primary_conninfo`) names until it is promoted.
   */
  static async startReplica(of: FaultyPostgres, dataDir: string, conninfo: string): Promise<FaultyPostgres> {
    if (of.postmaster.running) throw new Error('files of a running server do not belong together');
    mkdirSync(dataDir, { mode: 0o700 });
    // Keeps owners and modes, which `cpSync` loses.
    execFileSync('cp', ['-a', join(of.cluster.dir, '..'), join(dataDir, 'postgres')]);
    const cluster = await openCluster(dataDir, () => undefined);
    const replica = new FaultyPostgres(cluster, of.postmaster);
    replica.configure(`primary_conninfo = '${conninfo}'`, "synchronous_standby_names = ''");
    writeFileSync(join(cluster.dir, 'standby.signal'), '');
    replica.postmaster = await startPostmaster(cluster);
    return replica;
  }

  /** Version as `postgres --version` prints it. */
  get version(): string {
    return execFileSync(this.cluster.postgres, ['--version'], { encoding: 'utf8' }).trim();
  }

  /** URL for the harness itself, which bypasses every proxy. */
  urlOf(database: string, port = this.port): string {
    const url = new URL(this.postmaster.url);
    url.pathname = `/${database}`;
    url.port = String(port);
    return url.href;
  }

  async createDatabase(name: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.postmaster.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
  }

  /**
   * Ends the server without a checkpoint, so that commits must be recovered from the WAL. SIGQUIT equals `pg_ctl stop
   * -m immediate`.
   */
  async crash(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const ended = new Promise<void>((resolve) => this.postmaster.onExit(resolve));
    for (const pid of signal === 'SIGKILL' ? this.pids() : this.pids().slice(0, 1)) signalTo(pid, signal);
    await ended;
  }

  /** Starts the server again with the same files and the same port. */
  async restart(): Promise<void> {
    await endLeftovers(this.cluster.dir);
    this.postmaster = await startPostmaster(this.cluster, this.port);
  }

  /** Stops all processes of the server; resolves when none runs. */
  async freeze(): Promise<void> {
    // The postmaster first, so that it starts no more processes; then repeatedly, until there are no new ones.
    for (;;) {
      const running = this.pids().filter((pid) => !isStopped(pid));
      if (running.length === 0) return;
      for (const pid of running) signalTo(pid, 'SIGSTOP');
      await sleep(1);
    }
  }

  thaw(): void {
    for (const pid of this.pids()) signalTo(pid, 'SIGCONT');
  }

  /** Applies to open sessions too, from their next transaction on. */
  setReadOnly(isReadOnly: boolean): void {
    this.reload(`default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
  }

  /** Applies to open sessions too. */
  reload(...lines: string[]): void {
    this.configure(...lines);
    for (const pid of this.pids().slice(0, 1)) signalTo(pid, 'SIGHUP');
  }

  /** Requests the promotion of a replica, as `pg_ctl promote` does. */
  promote(): void {
    writeFileSync(join(this.cluster.dir, 'promote'), '');
    for (const pid of this.pids().slice(0, 1)) signalTo(pid, 'SIGUSR1');
  }

  /** Shuts the server down cleanly, so that its files are consistent. */
  async stopCleanly(): Promise<void> {
    await this.postmaster.stop();
  }

  /** Restarts the server under libfaketime, so that its wall clock can be stepped and nothing else changes. */
  async enableClockSteps(): Promise<void> {
    this.skewed = skewedServer(this.cluster.postgres);
    await this.startAs(this.skewed.program);
  }

  /** Steps the wall clock by so many seconds against the true time, for open sessions too. */
  stepClock(seconds: number): void {
    if (!this.skewed) throw new Error('the server runs by the true clock');
    writeFileSync(this.skewed.offsetFile, `${seconds < 0 ? '' : '+'}${String(seconds)}\n`);
  }

  async disableClockSteps(): Promise<void> {
    if (!this.skewed) return;
    const { trueProgram, directory } = this.skewed;
    this.skewed = null;
    await this.startAs(trueProgram);
    rmSync(directory, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    this.thaw();
    await this.postmaster.stop();
  }

  private configure(...lines: string[]): void {
    appendFileSync(join(this.cluster.dir, 'postgresql.conf'), `${lines.join('\n')}\n`);
  }

  private async startAs(program: string): Promise<void> {
    await this.postmaster.stop();
    this.cluster = { ...this.cluster, postgres: program };
    this.postmaster = await startPostmaster(this.cluster, this.port);
  }

  /** Process ids, the postmaster's first. */
  private pids(): number[] {
    const postmaster = Number.parseInt(read(join(this.cluster.dir, 'postmaster.pid')), 10);
    if (Number.isNaN(postmaster)) return [];
    const children = read(`/proc/${postmaster}/task/${postmaster}/children`);
    return [postmaster, ...children.split(' ').filter(Boolean).map(Number)];
  }
}

/** Sends a signal; a process that has ended already is ignored. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isStopped(pid: number): boolean {
  const state = /\) (\S)/.exec(read(`/proc/${pid}/stat`))?.[1];
  return state === undefined || state === 'T' || state === 'Z';
}

/** Returns the empty string when the file is gone, because its process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
