/**
 * Keeper of the run's PostgreSQL. When the template database is migrated, it prints the environment of the specs as one
 * line of JSON. It removes everything when its stdin closes. Started by global-setup.ts.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowReplicationRole } from '../../harness/superuser.js';
import { EmbeddedServer } from '../../src/platform/database/embedded/embedded-server.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { databaseUrl, dropOldRuns, dropRun, newRun, templateOf, withServer } from './run-databases.js';

const undo: (() => Promise<void>)[] = [];
// Registered first: a run that is interrupted during this start must be noticed too.
const stop = Promise.race([once(process.stdin.resume(), 'close'), once(process, 'SIGTERM'), once(process, 'SIGINT')]);
process.stdout.on('error', () => undefined);

try {
  const serverUrl = process.env.TEST_DATABASE_URL ?? (await startServer());
  console.log(JSON.stringify({ TEST_SERVER_URL: serverUrl, TEST_RUN: await prepareRun(serverUrl) }));
  await stop;
} finally {
  for (const step of undo) await step();
}

async function startServer(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-tests-'));
  undo.unshift(async () => {
    rmSync(dataDir, { recursive: true, force: true });
  });
  await allowReplicationRole(dataDir);
  const server = await EmbeddedServer.start({ dataDir });
  undo.unshift(() => server.stop());
  // Losing a test's last rows in a power cut does not matter.
  await withServer(server.url, (client) => client.query('ALTER ROLE CURRENT_USER SET synchronous_commit = off'));
  return server.url;
}

async function prepareRun(serverUrl: string): Promise<string> {
  const run = newRun();
  const template = templateOf(run);
  undo.unshift(() => withServer(serverUrl, (client) => dropRun(client, run)));
  await withServer(serverUrl, async (client) => {
    await dropOldRuns(client);
    await client.query(`CREATE DATABASE ${template}`);
  });
  await migrate(databaseUrl(serverUrl, template));
  return run;
}
