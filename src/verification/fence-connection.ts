/**
 * The fence's own connection to the primary. It is not pooled: load on the service cannot delay a fence, and a new
 * connection is noticed. Every call returns or throws in bounded time.
 */
import pg from 'pg';
import {
  concernsFence,
  faultsOf,
  GUARDS_QUERY,
  lacksMigrations,
  type GuardsRow,
} from '../platform/database/authority-triggers.js';
import { SessionClient } from '../platform/database/session-client.js';
import type { MissingFacts } from './fact-cache.js';
import type { FenceRow } from './fence-row.js';
import { CONFIRM, CONFIRM_AND_LOAD, TIMELINE } from './fence.sql.js';

/** The guards in the database when the connection was opened. */
interface Guards extends Pick<GuardsRow, 'tables' | 'functions' | 'fingerprint'> {
  readonly isWhole: boolean;
}

export class FenceConnection {
  private client: SessionClient | null = null;
  private guards: Guards | null = null;
  private timelineAtOpening: string | null = null;

  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
  ) {}

  /** Whether the connection of the last fence is still open. A position is worthless on another connection. */
  get isOpen(): boolean {
    return this.client !== null;
  }

  /**
   * Whether changes of cacheable facts could go unlogged. While a trigger is disabled, rows are still correct when
   * read, but the cache must not be used.
   */
  get isUnguarded(): boolean {
    return this.guards?.isWhole !== true;
  }

  /**
   * The timeline of the server when the connection was opened; a server that is promoted later was a replica until
   * then.
   */
  get timeline(): string | null {
    return this.timelineAtOpening;
  }

  /** Runs one fence. On any error the connection is closed, and the next call opens another. */
  async run(position: string | null, missing: MissingFacts): Promise<FenceRow> {
    try {
      const client = this.client ?? (await this.open());
      const { guards } = this;
      if (!guards) throw new Error('the fence’s connection was given up');
      const { rows } = await client.query<FenceRow>(statement(position, guards, missing));
      const [row] = rows;
      if (!row) throw new Error('the fence answered no row');
      if (row.guards !== null && row.guards !== guards.fingerprint)
        throw new Error('tables or triggers have changed: what is remembered may lack a change');
      return row;
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  /** Closes the connection at once, without waiting for a server that may never respond. */
  drop(): void {
    const { client } = this;
    this.client = null;
    this.guards = null;
    if (!client) return;
    client.removeAllListeners();
    client.on('error', () => undefined);
    client.abort();
  }

  private async open(): Promise<SessionClient> {
    const client = new SessionClient({
      connectionString: this.url,
      application_name: 'latchkey-fence',
      connectionTimeoutMillis: this.timeoutMs,
      query_timeout: this.timeoutMs,
      keepAlive: true,
    });
    const forget = (): void => {
      if (this.client === client) this.client = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    await client.connect();
    // From here on every failure drops the connection.
    this.client = client;
    this.guards = await readGuards(client);
    this.timelineAtOpening = await readTimeline(client);
    return client;
  }
}

/**
 * Returns the timeline. `null` where it is unknown: on a replica, or where a provider has restricted or replaced the
 * functions.
 */
async function readTimeline(client: pg.Client): Promise<string | null> {
  try {
    const { rows } = await client.query<{ timeline: string | null }>(TIMELINE);
    return rows[0]?.timeline ?? null;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return null;
    throw error;
  }
}

/**
 * Throws when a guard is missing: the tables may be half restored, and a token that is not restored yet is not unknown.
 */
async function readGuards(client: pg.Client): Promise<Guards> {
  const { rows } = await client.query<GuardsRow>(GUARDS_QUERY);
  const [row] = rows;
  if (!row) throw new Error('the database does not tell of its triggers');
  if (lacksMigrations(row)) throw new Error('the database lacks migrations of this release');
  const faults = faultsOf(row).filter(concernsFence);
  const missing = faults.find(({ state }) => state === 'missing');
  if (missing) throw new Error(missing.text);
  return { ...row, isWhole: faults.length === 0 };
}

function statement(position: string | null, { tables, functions }: Guards, missing: MissingFacts): pg.QueryConfig {
  if (missing.size === 0) return { ...CONFIRM, values: [position, tables, functions] };
  const { selectors, sessionIds, userIds, organizationIds } = missing;
  return {
    ...CONFIRM_AND_LOAD,
    values: [position, tables, functions, [...selectors], [...sessionIds], [...userIds], [...organizationIds]],
  };
}
