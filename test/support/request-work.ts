/** Work of the service for one request before its response: its SQL statements in order, and its rounds of bcrypt. */
import { afterAll } from '@jest/globals';
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import pg from 'pg';
import { PasswordHashing } from '../../src/auth/passwords/password-hashing.service.js';
import { SessionClient } from '../../src/platform/database/session-client.js';
import type { TestApp } from './app.js';

export interface Work {
  readonly statements: readonly string[];
  readonly rounds: number;
}

type Query = (this: pg.Client, statement: unknown, ...others: unknown[]) => unknown;
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const prototype = pg.Client.prototype as unknown as { query: Query };
const { query } = prototype;
const requests = new AsyncLocalStorage<string[]>();

prototype.query = function observedQuery(statement, ...others) {
  const text = typeof statement === 'string' ? statement : (statement as { text?: unknown }).text;
  if (!isFence(this)) requests.getStore()?.push(String(text).replaceAll(/\s+/g, ' '));
  return query.call(this, statement, ...others);
};

type Connect = (this: pg.Client, callback?: (...args: unknown[]) => unknown) => unknown;

/** Opening and configuring a connection of a pool says nothing about the request. */
const sessions = SessionClient.prototype as unknown as { connect: Connect };
const { connect } = sessions;

sessions.connect = function connectOutside(callback) {
  const within = callback && AsyncResource.bind(callback);
  return requests.exit(() => connect.call(this, within));
};

afterAll(() => {
  prototype.query = query;
  sessions.connect = connect;
});

/** The facts that the fence loads depend on the cache for the caller, and never on a user named by the request. */
function isFence(client: pg.Client): boolean {
  const { connectionParameters } = client as unknown as { connectionParameters: { application_name?: string } };
  return connectionParameters.application_name === 'latchkey-fence';
}

/**
 * Observes each request of this application from now on. Statements of timers and background jobs belong to no request.
 * Statements after the response are not counted.
 */
export function observeWork(app: TestApp): (call: () => PromiseLike<unknown>) => Promise<Work> {
  const server = app.nest.getHttpServer();
  const [handle] = server.listeners('request') as [Handler];
  let last: string[] = [];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const statements: string[] = [];
    // Emitted while the response is handed over, before a client can have read it.
    response.once('prefinish', () => (last = [...statements]));
    requests.run(statements, () => handle(request, response));
  });
  const passwords = app.nest.get(PasswordHashing, { strict: false });
  return async (call) => {
    const before = passwords.roundsDone;
    await call();
    return { statements: last, rounds: passwords.roundsDone - before };
  };
}
