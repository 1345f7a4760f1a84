/**
 * The queue's own connections: two listen for new jobs, the others fetch and complete jobs. A running job holds none.
 */
import pg from 'pg';
import { BoundedClient, type BoundedConfig } from '../database/bounded-client.js';

const CONNECTIONS = 7;
/**
 * No request waits for the queue's statements, so their timeout is long. A connection that only listens is silent by
 * design.
 */
const STATEMENT_TIMEOUT_MS = 15_000;

type Connected = Parameters<pg.Pool['connect']>[0];

/**
 * The pool that releases each connection once. The queue releases one twice when it is stopped while a connection that
 * has not responded to `LISTEN` breaks. That happens in a promise that is never awaited, where an error would end the
 * process.
 */
export class QueuePool extends pg.Pool {
  constructor(url: string) {
    const config: pg.PoolConfig & BoundedConfig = {
      Client: BoundedClient,
      connectionString: url,
      max: CONNECTIONS,
      application_name: 'latchkey-queue',
      connectionTimeoutMillis: 5_000,
      readTimeoutMs: STATEMENT_TIMEOUT_MS,
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

/** An ended pool has no connection to release: its callback gets an error alone. */
function once(release: Release | undefined): Release {
  let pending = release;
  return (error?: Error | boolean) => {
    const current = pending;
    pending = undefined;
    current?.(error);
  };
}
