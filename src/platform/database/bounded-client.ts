/**
 * A connection on which no statement waits for ever. PostgreSQL's own time limits bound every statement of a server in
 * order. A process of it that is frozen, or behind a network that swallows packets, cannot keep them, and TCP notices only
 * after a quarter of an hour. A connection that says nothing for longer than PostgreSQL's limit is therefore given up.
 *
 * A statement outside a transaction reads, and waits for nobody's lock. Its limit is short, and so is that of BEGIN, the
 * first statement of every write. Only inside a transaction, where locks are waited for, is there more time.
 */
import { SessionClient, type SessionConfig } from './session-client.js';
import type { Settings } from './session-settings.js';

const READ_MS = 2_500;
const LOCK_MS = 10_000;
const WRITE_MS = 15_000;
const IDLE_IN_TRANSACTION_MS = 20_000;
/** What PostgreSQL may take beyond its own limits before its silence says that it is not in order. */
const GRACE_MS = 500;

/** TypeORM's words. The limit comes in the same round trip, for it would be one more that every write waits for. */
const BEGIN = 'START TRANSACTION';
const BEGIN_WRITING = `${BEGIN}; SET LOCAL statement_timeout = ${String(WRITE_MS)}`;
const ROLLBACK = 'ROLLBACK';

export interface BoundedConfig extends SessionConfig {
  /** The limit of a statement outside a transaction, where 2.5 s are not enough. */
  readonly readMs?: number;
}

export class BoundedClient extends SessionClient {
  private readonly readMs: number;

  constructor(config: BoundedConfig = {}) {
    const { readMs = READ_MS } = config;
    super(config, limits(readMs));
    this.readMs = readMs;
    this.query = ((first: unknown, ...rest: unknown[]) => {
      this.expectAnswerTo(first);
      // Looked up at each call.
      // eslint-disable-next-line @typescript-eslint/unbound-method
      return Reflect.apply(super.query, this, [first === BEGIN ? BEGIN_WRITING : first, ...rest]) as unknown;
    }) as typeof this.query;
    // Nothing is outstanding, and silence is what there should be.
    this.on('drain', () => this.stream.setTimeout(0));
    // Not earlier: TLS puts another stream in the place of the first.
    this.once('connect', () => this.stream.on('timeout', () => this.giveUp()));
  }

  /** Time begins anew with every byte that comes. */
  private expectAnswerTo(statement: unknown): void {
    const mayWait = this.getTransactionStatus() === 'T' && statement !== ROLLBACK;
    this.stream.setTimeout((mayWait ? WRITE_MS : this.readMs) + GRACE_MS);
  }

  private giveUp(): void {
    this.abort(new Error(`Connection terminated: no answer within ${String(this.stream.timeout)} ms`));
  }
}

/** The session's own, in milliseconds. A transaction raises that of its statements. */
function limits(readMs: number): Settings {
  return {
    statement_timeout: String(readMs),
    lock_timeout: String(LOCK_MS),
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_MS),
  };
}
