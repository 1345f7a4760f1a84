/**
 * The client of every connection that the service opens: nobody gets to use it before its session is set up. Pools take it
 * as their `Client`.
 */
import type { Socket } from 'node:net';
import pg from 'pg';
import { pinSchema } from './schema.js';
import { beginSession, type Settings } from './session-settings.js';

export interface SessionConfig extends pg.ClientConfig {
  /** What this kind of connection sets besides `SESSION_SETTINGS`. */
  readonly settings?: Settings;
}

/** What a pool is made of, whose `Client` gets all of it. */
export type SessionPoolConfig = pg.PoolConfig & SessionConfig;

/** What the driver keeps for itself. */
interface Inside {
  readonly connection: { readonly stream: Socket };
  readonly connectionParameters: pg.ClientConfig;
}

/** What a server in order takes to close a connection, many times over. */
const FAREWELL_MS = 1_000;
/** SQLSTATE 42501, insufficient_privilege. */
const INSUFFICIENT_PRIVILEGE = '42501';
const ADVICE = 'Reset it for this role and this database (ALTER ROLE … RESET …), as only a superuser may.';

type Connected = (error: Error | null, client?: pg.Client) => void;

export class SessionClient extends pg.Client {
  private readonly settings: Settings;

  constructor(config: SessionConfig = {}, settings: Settings = {}) {
    // As it is, not as a copy: pools hide the password from whoever enumerates it.
    super(config);
    this.settings = { ...settings, ...config.settings };
    // A URL may name them too. Poolers refuse the first three, and the last leaves a connection in use behind it.
    Object.assign((this as unknown as Inside).connectionParameters, {
      statement_timeout: undefined,
      lock_timeout: undefined,
      idle_in_transaction_session_timeout: undefined,
      query_timeout: config.query_timeout,
    });
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.Client> | void {
    const connected = this.connectAndSetUp();
    if (!callback) return connected;
    connected.then(
      () => callback(null, this),
      (error: unknown) => callback(error as Error),
    );
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    // The driver waits for the server to close. One that is frozen never does.
    const tooLate = setTimeout(() => this.abort(), FAREWELL_MS).unref();
    this.once('end', () => clearTimeout(tooLate));
    return callback ? super.end(callback) : super.end();
  }

  /** Gives the connection up at once, without a word to a server that may never answer. */
  abort(reason?: Error): void {
    this.stream.destroy(reason);
  }

  protected get stream(): Socket {
    return (this as unknown as Inside).connection.stream;
  }

  private async connectAndSetUp(): Promise<this> {
    // The owner listens for errors once it has the connection; until then one would end the process.
    const ignore = (): void => undefined;
    this.on('error', ignore);
    await super.connect();
    try {
      await this.query(beginSession(this.settings));
      await pinSchema(this);
    } catch (cause) {
      this.abort();
      throw isRefusal(cause) ? new Error(`Connection terminated: ${cause.message}. ${ADVICE}`, { cause }) : cause;
    }
    // The owner gets the connection, and puts its own listener, before the next turn of the event loop.
    setImmediate(() => this.off('error', ignore));
    return this;
  }
}

function isRefusal(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE;
}
