/** Database of the service, for commands that run beside it: the one of DATABASE_URL, or the embedded one. */
import { resolve } from 'node:path';
import pg from 'pg';
import { findDatabaseUrl } from '../../config/database-url.js';
import { EmbeddedServer } from '../platform/database/embedded/embedded-server.js';
import { migrate } from '../platform/database/migrate.js';

const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Runs `work` with the URL of the database. While a service with the embedded database runs, it locks the data
 * directory and its URL is in `postgres/url`. Otherwise the embedded server is started for the duration of the work.
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
    return (await acceptsConnections(url)) ? url : null;
  } catch {
    // No URL file: no service runs in this data directory.
    return null;
  }
}

/**
 * Whether a server accepts connections there. A killed service leaves its URL file behind, and its server may or may
 * not still run.
 */
async function acceptsConnections(connectionString: string): Promise<boolean> {
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
