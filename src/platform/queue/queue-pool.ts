/**
 * The queue's own connections: two listen for new jobs, the others fetch and settle them and are not held while a job is
 * done.
 */
import pg from 'pg';
import { BoundedClient, type BoundedConfig } from '../database/bounded-client.js';

const CONNECTIONS = 7;
/** Nobody waits for the queue's statements, so they are given up late; a connection that only listens is silent by right. */
const STATEMENT_MS = 15_000;

type Connected = Parameters<pg.Pool['connect']>[0];

/**
 * A connection that is given back twice is given back once. The queue does so when it is stopped while a connection that
 * has not answered `LISTEN` breaks, in a promise that nobody awaits, where an error would be the end of the process.
 */
export class QueuePool extends pg.Pool {
  constructor(url: string) {
    const config: pg.PoolConfig & BoundedConfig = {
      Client: BoundedClient,
      connectionString: url,
      max: CONNECTIONS,
      application_name: 'latchkey-queue',
      connectionTimeoutMillis: 5_000,
      readMs: STATEMENT_MS,
    };
    super(config);
    // A connection that breaks is replaced on the next use; without listeners it would end the process.
    this.on('error', () => undefined);
    this.on('connect', (client) => client.on('error', () => undefined));
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | void {
    if (!callback) return super.connect();
    super.connect((error, client, release) => callback(error, client, once(release)));
  }
}

type Release = Parameters<Connected>[2];

/** An ended pool has nothing to give back: its callback gets an error alone. */
function once(release: Release | undefined): Release {
  let pending = release;
  return (error?: Error | boolean) => {
    const current = pending;
    pending = undefined;
    current?.(error);
  };
}
