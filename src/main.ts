/** The start: configuration, database, schema, application, in this order; each failure is one clear message. */
import cluster from 'node:cluster';
import { ConfigError } from '../config/config-error.js';
import { loadConfig } from '../config/env.js';
import { processEnv } from '../config/process-env.js';
import type { AppConfig } from '../config/app-config.js';
import { createApp } from './app.setup.js';
import { EmbeddedServer } from './database/embedded-server.js';
import { migrate } from './database/migrate.js';
import { requireFitServer } from './database/server-check.js';
import { HeldRequests } from './http/held-requests.js';
import { keepHeapTight } from './heap.js';
import { drain, Shutdown } from './shutdown.js';
import { ordersFromLeader, workerCount, Workers } from './workers.js';

keepHeapTight();
const shutdown = new Shutdown(report);

try {
  const config = loadConfig(processEnv());
  await (cluster.isWorker ? work(config) : lead(config, workerCount(process.argv.slice(2))));
} catch (error) {
  // A signal during the start takes away what the start needs; its failure then is no news.
  if (!shutdown.begun) {
    report(error);
    await shutdown.run(1);
  }
}

async function lead(config: AppConfig, workers: number): Promise<void> {
  const databaseUrl = config.database.url ?? (await startEmbedded(config.dataDir));
  await requireFitServer(databaseUrl, { isDurable: config.environment !== 'test' });
  if (config.database.migrateOnStart) await migrate(databaseUrl);
  if (workers === 1) {
    await serve(config, databaseUrl);
    return;
  }
  const team = Workers.start(workers, { databaseUrl }, say);
  shutdown.add(() => team.stop());
}

async function work(config: AppConfig): Promise<void> {
  // Without its leader a worker would go on serving, with nobody to stop it.
  process.once('disconnect', () => void shutdown.run(0));
  await serve(config, (await ordersFromLeader()).databaseUrl);
}

async function serve(config: AppConfig, url: string): Promise<void> {
  const app = await createApp({ ...config, database: { ...config.database, url } });
  shutdown.add(() => app.close());
  await app.listen(config.http.port, config.http.host);
  shutdown.add(() => drain(app.getHttpServer()));
  shutdown.add(async () => app.get(HeldRequests).release());

  const places = config.database.url === null ? `, data in ${config.dataDir}` : '';
  const mails = config.mail.smtpUrl === null ? `, mails in ${config.mail.outboxDir}` : '';
  app
    .getHttpAdapter()
    .getInstance()
    .log.info(`Latchkey is ready at ${await app.getUrl()}${places}${mails}`);
}

async function startEmbedded(dataDir: string): Promise<string> {
  const server = await EmbeddedServer.start({ dataDir, log: say });
  shutdown.add(() => server.stop());
  return server.url;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function report(error: unknown): void {
  process.stderr.write(`${describe(error)}\n`);
}

/** The words of a foreseen fault say it all; a stack is for the faults of programmers. */
function describe(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof AggregateError) return error.errors.map(describe).join('\n');
  if (!(error instanceof Error)) return String(error);
  return error.constructor === Error || 'code' in error ? `Latchkey: ${error.message}` : String(error.stack);
}
