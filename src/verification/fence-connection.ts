/**
 * The fence's own connection to the primary: one, not pooled, so that no load on the service can keep a fence waiting
 * for a connection, and so that a new connection is noticed. Whoever asks gets an answer or an error in bounded time.
 */
import type pg from 'pg';
import { SessionClient } from '../database/session-client.js';
import { CONFIRM, CONFIRM_AND_LOAD } from './fence.sql.js';
import type { FenceRow } from './fence-row.js';
import type { Missing } from './memory.js';

export class FenceConnection {
  private client: SessionClient | null = null;

  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
  ) {}

  /** Whether the connection of the last answer still stands. A position is worth nothing on another one. */
  get isOpen(): boolean {
    return this.client !== null;
  }

  /** Runs one fence. On any error the connection is given up, and the next call opens another. */
  async run(position: string | null, missing: Missing): Promise<FenceRow> {
    try {
      const client = this.client ?? (await this.open());
      const { rows } = await client.query<FenceRow>(statement(position, missing));
      const [row] = rows;
      if (!row) throw new Error('the fence answered no row');
      return row;
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  /** Gives the connection up at once, without waiting for a server that may never answer. */
  drop(): void {
    const { client } = this;
    this.client = null;
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
    this.client = client;
    return client;
  }
}

function statement(position: string | null, missing: Missing): pg.QueryConfig {
  if (missing.size === 0) return { ...CONFIRM, values: [position] };
  const { selectors, sessionIds, userIds, organizationIds } = missing;
  return {
    ...CONFIRM_AND_LOAD,
    values: [position, [...selectors], [...sessionIds], [...userIds], [...organizationIds]],
  };
}
