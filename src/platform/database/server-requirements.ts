/**
 * The requirements on the database server. The service refuses to start on a server that cannot guarantee them, names
 * the fault, and writes nothing first. Session settings are set by the service (`session-settings.ts`); this file
 * checks the rest.
 */
import { SessionClient } from './session-client.js';

const MIN_VERSION = 14;
const CONNECT_TIMEOUT_MS = 10_000;

export interface ServerFacts {
  readonly database: string;
  readonly version: string;
  readonly encoding: string;
  readonly isReplica: boolean;
  readonly isReadOnly: boolean;
  /** Settings that acknowledge a commit before it is on disk. */
  readonly weakSettings: readonly string[];
  /** Whether two simultaneous connections reached the same server process. */
  readonly sharesProcesses: boolean;
}

export interface ServerRequirements {
  /** A crash right after a revocation's 204 would otherwise restore the token. Tests lose nothing in a power cut. */
  readonly isDurable: boolean;
}

interface FactsRow extends Omit<ServerFacts, 'sharesProcesses'> {
  readonly pid: number;
}

const FACTS = `
SELECT current_database() AS database, current_setting('server_version') AS version,
  getdatabaseencoding() AS encoding, pg_is_in_recovery() AS "isReplica",
  current_setting('default_transaction_read_only') = 'on' AS "isReadOnly", pg_backend_pid() AS pid,
  array_remove(ARRAY[CASE current_setting('synchronous_commit') WHEN 'off' THEN 'synchronous_commit' END,
    CASE current_setting('fsync') WHEN 'off' THEN 'fsync' END], NULL) AS "weakSettings"`;

/** Throws with the fault and its remedy. */
export async function requireFitServer(url: string, demands: ServerRequirements): Promise<void> {
  await withSession(url, async (one) => {
    const { pid, ...facts } = await factsOf(one);
    const sharesProcesses = await withSession(url, (other) => shareProcesses(one, pid, other));
    const fault = faultOf({ ...facts, sharesProcesses }, demands);
    if (fault !== null) throw new Error(fault);
  });
}

/** Returns the fault that makes a server unfit, or `null`. */
export function faultOf(server: ServerFacts, { isDurable }: ServerRequirements): string | null {
  const name = `The database "${server.database}"`;
  if (Number.parseInt(server.version, 10) < MIN_VERSION) {
    return `${name} is on PostgreSQL ${server.version}. Version ${String(MIN_VERSION)} or newer is needed.`;
  }
  if (server.encoding !== 'UTF8') {
    return (
      `${name} has the encoding ${server.encoding}, in which names and labels have no place. Make one with ` +
      `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`
    );
  }
  if (server.isReplica) {
    return `${name} is a replica: its server is in recovery. DATABASE_URL must name the primary.`;
  }
  if (server.isReadOnly) {
    return (
      `${name} is read-only for this role: default_transaction_read_only is on. ` +
      'Switch it off for the role or the database, or name another server in DATABASE_URL.'
    );
  }
  if (server.sharesProcesses) {
    return (
      `${name} is behind a pooler in transaction or statement mode, which gives one connection's statements to several ` +
      'server processes. Use its session mode (PgBouncer: pool_mode = session), or connect without it.'
    );
  }
  // Any stronger setting than `on`, such as `remote_apply`, is the operator's choice.
  if (isDurable && server.weakSettings.length > 0) {
    return (
      `PostgreSQL runs with ${server.weakSettings.join(' and ')} off for this role: a crash could undo an ` +
      'acknowledged revocation.'
    );
  }
  return null;
}

async function factsOf(client: SessionClient): Promise<FactsRow> {
  const { rows } = await client.query<FactsRow>(FACTS);
  const [row] = rows;
  if (!row) throw new Error('PostgreSQL answered no row');
  return row;
}

/**
 * Whether two connections share server processes. Each connection must always find its own process and never the
 * other's, also while one holds a transaction. A pooler with many idle processes may pass this check by chance: it
 * detects the mode, but cannot prove its absence.
 */
async function shareProcesses(one: SessionClient, own: number, other: SessionClient): Promise<boolean> {
  const others = await pidOf(other);
  if (others === own || (await pidOf(one)) !== own) return true;
  await other.query('BEGIN');
  const isShared = (await pidOf(other)) !== others || (await pidOf(one)) !== own;
  await other.query('ROLLBACK');
  return isShared;
}

async function pidOf(client: SessionClient): Promise<number> {
  return (await factsOf(client)).pid;
}

export async function withSession<T>(url: string, work: (client: SessionClient) => Promise<T>): Promise<T> {
  const client = new SessionClient({
    connectionString: url,
    application_name: 'latchkey start',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  // A broken connection fails the statement that runs on it; that error is enough.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
