/**
 * A connection for requests that is given up when the server says nothing for too long. PostgreSQL's own time limits bound
 * every statement, but a server that is frozen, or behind a network that swallows packets, cannot keep them; and what waits
 * for it here would wait for TCP to notice, a quarter of an hour.
 */
import type { Socket } from 'node:net';
import pg from 'pg';

/** Above the longest that a server in order is silent: the time limit of a statement in `database.module.ts`. */
export const STATEMENT_TIMEOUT_MS = 15_000;
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 1_000;

interface WithStream {
  readonly connection: { readonly stream: Socket };
}

export class BoundedClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const { stream } = (this as unknown as WithStream).connection;
    // Begins with every byte anew. The pool closes idle connections long before.
    stream.setTimeout(SILENCE_MS, () => {
      stream.destroy(new Error(`Connection terminated: no answer within ${String(SILENCE_MS)} ms`));
    });
  }
}
