/** Concurrent transaction on its own connection, whose end a request can be observed to wait for. */
import { afterAll } from '@jest/globals';
import pg from 'pg';
import type { TestApp } from './app.js';
import { until } from './until.js';

export class Blocker {
  private constructor(
    private readonly app: TestApp,
    private readonly client: pg.Client,
    private readonly pid: number,
  ) {}

  static async at(app: TestApp): Promise<Blocker> {
    const client = new pg.Client({ connectionString: app.database.url });
    // The database is dropped before its connections.
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return new Blocker(app, client, rows[0]?.pid ?? 0);
  }

  readonly query: TestApp['db'] = async <Row extends object>(sql: string, params: readonly unknown[] = []) =>
    (await this.client.query<Row>(sql, [...params])).rows;

  /**
   * Runs `lock` in a transaction, then the request until it waits for that transaction, then `meanwhile`, and commits.
   * Returns the request's result.
   */
  async during<T>(
    request: () => Promise<T>,
    { lock, meanwhile }: { lock: () => Promise<unknown>; meanwhile: () => Promise<unknown> },
  ): Promise<T> {
    await this.query('BEGIN');
    try {
      await lock();
      const answer = request();
      await this.blocks(answer);
      await meanwhile();
      await this.query('COMMIT');
      return await answer;
    } catch (error) {
      await this.query('ROLLBACK');
      throw error;
    }
  }

  /** Resolves when another session waits for this transaction; throws when the request ends earlier. */
  private async blocks(answer: Promise<unknown>): Promise<void> {
    let end: { came: unknown } | undefined;
    answer.then(
      (came) => (end = { came }),
      (came: unknown) => (end = { came }),
    );
    const sql = 'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)) LIMIT 1';
    await until(async () => end !== undefined || (await this.app.db(sql, [this.pid])).length > 0);
    if (end) throw new Error(`did not wait: ${String(end.came)}`);
  }
}

const clients: pg.Client[] = [];

afterAll(async () => {
  for (const client of clients.splice(0)) await client.end();
});
