/**
 * The client of every connection of the service, usable only after its session is set up. Pools take it as their
 * `Client`.
 */
import type { Socket } from 'node:net';
import pg from 'pg';
import { pinSchema } from './schema.js';
import { beginSession, type Settings } from './session-settings.js';

export interface SessionConfig extends pg.ClientConfig {
  /** Settings of this kind of connection, in addition to `SESSION_SETTINGS`. */
  readonly settings?: Settings;
}

/** The configuration of a pool, whose `Client` gets all of it. */
export type SessionPoolConfig = pg.PoolConfig & SessionConfig;

/** Private members of the driver. */
interface DriverInternals {
  readonly connection: { readonly stream: Socket };
  readonly connectionParameters: pg.ClientConfig;
}

/** Far more than a working server needs to close a connection. */
const CLOSE_TIMEOUT_MS = 1_000;
/** SQLSTATE 42501, insufficient_privilege. */
const INSUFFICIENT_PRIVILEGE = '42501';
const ADVICE = 'Reset it for this role and this database (ALTER ROLE … RESET …), as only a superuser may.';

type Connected = (error: Error | null, client?: pg.Client) => void;

export class SessionClient extends pg.Client {
  private readonly settings: Settings;

  constructor(config: SessionConfig = {}, settings: Settings = {}) {
    // The object itself, not a copy: pools make the password non-enumerable.
    super(config);
    this.settings = { ...settings, ...config.settings };
    // A URL may set them too. Poolers refuse the first three, and the last one leaves a connection in use behind.
    Object.assign((this as unknown as DriverInternals).connectionParameters, {
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
    // The driver waits for the server to close; a frozen server never does.
    const closeTimer = setTimeout(() => this.abort(), CLOSE_TIMEOUT_MS).unref();
    this.once('end', () => clearTimeout(closeTimer));
    return callback ? super.end(callback) : super.end();
  }

  /** Closes the connection at once, without a message to a server that may never respond. */
  abort(reason?: Error): void {
    this.stream.destroy(reason);
  }

  protected get stream(): Socket {
    return (this as unknown as DriverInternals).connection.stream;
  }

  private async connectAndSetUp(): Promise<this> {
    // The owner listens for errors once it has the connection; until then an unhandled one would end the process.
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
    // The owner gets the connection, and adds its own listener, before the next turn of the event loop.
    setImmediate(() => this.off('error', ignore));
    return this;
  }
}

function isRefusal(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE;
}
