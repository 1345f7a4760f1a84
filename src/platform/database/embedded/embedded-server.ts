/**
 * The PostgreSQL server inside the data directory, for a service without DATABASE_URL. This class is the whole
 * interface: start, url, stop. It supervises the server that it starts, and first ends servers left by an earlier run.
 */
import { accessSync, constants, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataDirFault } from '../../../../config/data-dir-fault.js';
import { makePrivateDirectory } from '../../../../config/directories.js';
import { openCluster, type Cluster } from './cluster.js';
import { DataDirLock } from './data-dir-lock.js';
import { endLeftovers } from './leftover-processes.js';
import { startPostmaster, type Postmaster } from './postmaster.js';

const RESTART_PAUSE_MS = 1_000;

export interface EmbeddedServerOptions {
  readonly dataDir: string;
  /** Receives lines for the operator: creation, recovery, restarts. */
  readonly log?: (line: string) => void;
}

export class EmbeddedServer {
  #stopped: Promise<void> | null = null;
  #recovery: Promise<void> = Promise.resolve();

  private constructor(
    private readonly cluster: Cluster,
    private postmaster: Postmaster,
    private readonly lock: DataDirLock,
    private readonly log: (line: string) => void,
  ) {
    this.#supervise();
  }

  /**
   * Resolves when the server accepts connections on `url`. Throws when another process uses the data directory, or with
   * PostgreSQL's own message when it does not start.
   */
  static async start({ dataDir, log = () => undefined }: EmbeddedServerOptions): Promise<EmbeddedServer> {
    const directory = resolve(dataDir);
    try {
      return await EmbeddedServer.#startIn(directory, log);
    } catch (error) {
      const fault = dataDirFault(directory, error);
      throw fault === null ? error : new Error(fault, { cause: error });
    }
  }

  static async #startIn(directory: string, log: (line: string) => void): Promise<EmbeddedServer> {
    makeUsable(directory);
    const lock = DataDirLock.acquire(directory);
    try {
      const cluster = await openCluster(directory, log);
      await endLeftovers(cluster.dir);
      const postmaster = await startPostmaster(cluster);
      writeUrlFile(cluster.urlFile, postmaster.url);
      return new EmbeddedServer(cluster, postmaster, lock, log);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Connection string of the database, including its password; constant until the server is stopped. */
  get url(): string {
    return this.postmaster.url;
  }

  /** Resolves when everything is flushed, the server has ended and another process may use the data directory. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await this.#recovery;
    await this.postmaster.stop();
    rmSync(this.cluster.urlFile, { force: true });
    this.lock.release();
  }

  /**
   * Restarts a server that died (out of memory, kill -9) on the same port, so that connection pools simply reconnect.
   */
  #supervise(): void {
    this.postmaster.onExit(() => {
      if (this.#stopped === null) this.#recovery = this.#recover();
    });
  }

  async #recover(): Promise<void> {
    const { port } = this.postmaster;
    while (this.#stopped === null) {
      this.log('The embedded database ended unexpectedly; starting it again');
      try {
        await endLeftovers(this.cluster.dir);
        this.postmaster = await startPostmaster(this.cluster, port);
        return this.#supervise();
      } catch (error) {
        this.log((error as Error).message);
        await sleep(RESTART_PAUSE_MS);
      }
    }
  }
}

function makeUsable(directory: string): void {
  makePrivateDirectory(directory);
  accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
}

/** The file is for `npm run migration:*` and for an operator's psql; it is deleted when the server is stopped. */
function writeUrlFile(file: string, url: string): void {
  const draft = `${file}.new`;
  writeFileSync(draft, `${url}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
