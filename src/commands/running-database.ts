/** The service's database for a command beside it: the one of DATABASE_URL, or the embedded one, running or not. */
import { resolve } from 'node:path';
import pg from 'pg';
import { findDatabaseUrl } from '../../config/database-url.js';
import { EmbeddedServer } from '../platform/database/embedded/embedded-server.js';
import { migrate } from '../platform/database/migrate.js';

const CONNECT_TIMEOUT_MS = 2_000;

/**
 * While a service runs on the embedded default, it holds the data directory, and its server answers at the address in
 * `postgres/url`. Otherwise that server is started for as long as the work takes.
 */
export async function withDatabase<T>(env: NodeJS.ProcessEnv, work: (url: string) => Promise<T>): Promise<T> {
  if (env.DATABASE_URL !== undefined || env.DATABASE_URL_FILE !== undefined) return work(findDatabaseUrl(env));
  const running = await runningServer(env);
  if (running !== null) return work(running);
  const server = await EmbeddedServer.start({ dataDir: resolve(env.DATA_DIR ?? '.latchkey') });
  try {
    await migrate(server.url);
    return await work(server.url);
  } finally {
    await server.stop();
  }
}

async function runningServer(env: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    const url = findDatabaseUrl(env);
    return (await answers(url)) ? url : null;
  } catch {
    // No address was written: nothing runs there.
    return null;
  }
}

/** An address may be left over from a service that was killed, and its server with or without it. */
async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
