/**
 * Owns the run's PostgreSQL: prints one line of JSON, the environment of the specs, when the template database is
 * migrated, and removes everything when its stdin closes. Started by global-setup.ts.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServer } from '../../src/database/embedded-server.js';
import { DATABASE, openCluster } from '../../src/database/embedded/cluster.js';
import { runToEnd } from '../../src/database/embedded/server-processes.js';
import { migrate } from '../../src/database/migrate.js';
import { databaseUrl, dropOldRuns, dropRun, newRun, templateOf, withServer } from './run-databases.js';

const undo: (() => Promise<void>)[] = [];
// Listened for from the beginning: a run that is interrupted while this still starts must be noticed too.
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
  // Nobody misses a test's last rows after a power cut.
  await withServer(server.url, (client) => client.query('ALTER ROLE CURRENT_USER SET synchronous_commit = off'));
  return server.url;
}

/** The superuser cannot log in; what a worker of replication does is tried by the specs' own role. */
async function allowReplicationRole(dataDir: string): Promise<void> {
  const { dir, postgres, account } = await openCluster(dataDir, () => undefined);
  const grant = `GRANT SET ON PARAMETER session_replication_role TO ${DATABASE};\n`;
  runToEnd({ program: postgres, clusterDir: dir, account, args: ['--single', 'template1'] }, grant);
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
