/**
 * A connection on which no statement waits forever. PostgreSQL's own timeouts bound every statement of a working
 * server. A frozen server process, or a network that drops packets, cannot enforce them, and TCP notices only after a
 * quarter of an hour. The client therefore aborts a connection that stays silent longer than PostgreSQL's limit.
 *
 * A statement outside a transaction reads and waits for no lock. Its limit is short, and so is that of BEGIN, the first
 * statement of every write. Statements inside a transaction may wait for locks and get more time.
 */
import { SessionClient, type SessionConfig } from './session-client.js';
import type { Settings } from './session-settings.js';

const READ_TIMEOUT_MS = 2_500;
const LOCK_TIMEOUT_MS = 10_000;
const WRITE_TIMEOUT_MS = 15_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 20_000;
/** The extra time that PostgreSQL gets beyond its own timeouts before its silence counts as a fault. */
const EXTRA_TIMEOUT_MS = 500;

/** TypeORM's own statement text. The timeout is set in the same round trip: every write would wait for another one. */
const BEGIN = 'START TRANSACTION';
const BEGIN_WRITING = `${BEGIN}; SET LOCAL statement_timeout = ${String(WRITE_TIMEOUT_MS)}`;
const ROLLBACK = 'ROLLBACK';

export interface BoundedConfig extends SessionConfig {
  /** The limit of a statement outside a transaction, where 2.5 s are not enough. */
  readonly readTimeoutMs?: number;
}

export class BoundedClient extends SessionClient {
  private readonly readTimeoutMs: number;

  constructor(config: BoundedConfig = {}) {
    const { readTimeoutMs = READ_TIMEOUT_MS } = config;
    super(config, timeouts(readTimeoutMs));
    this.readTimeoutMs = readTimeoutMs;
    this.query = ((first: unknown, ...rest: unknown[]) => {
      this.startTimeoutFor(first);
      // `super.query` is looked up at each call.
      // eslint-disable-next-line @typescript-eslint/unbound-method
      return Reflect.apply(super.query, this, [first === BEGIN ? BEGIN_WRITING : first, ...rest]) as unknown;
    }) as typeof this.query;
    // No statement is outstanding, so silence is expected.
    this.on('drain', () => this.stream.setTimeout(0));
    // Only after connecting, because TLS replaces the first stream.
    this.once('connect', () => this.stream.on('timeout', () => this.abortSilent()));
  }

  /** Starts the silence timeout. Every received byte restarts it. */
  private startTimeoutFor(statement: unknown): void {
    const mayWait = this.getTransactionStatus() === 'T' && statement !== ROLLBACK;
    this.stream.setTimeout((mayWait ? WRITE_TIMEOUT_MS : this.readTimeoutMs) + EXTRA_TIMEOUT_MS);
  }

  private abortSilent(): void {
    this.abort(new Error(`Connection terminated: no answer within ${String(this.stream.timeout)} ms`));
  }
}

/** The session's timeouts in milliseconds. A transaction raises its statement timeout. */
function timeouts(readTimeoutMs: number): Settings {
  return {
    statement_timeout: String(readTimeoutMs),
    lock_timeout: String(LOCK_TIMEOUT_MS),
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_TIMEOUT_MS),
  };
}
