/**
 * Start of the process: configuration, address, database, schema, application, in this order. Each failure is reported
 * by one clear message.
 */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import cluster from 'node:cluster';
import type { AddressInfo, Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { AppConfig } from '../config/app-config.js';
import { loadConfig } from '../config/env.js';
import { readEnvironment } from '../config/process-env.js';
import { createApp } from './create-app.js';
import { connectionFault, requireDatabase } from './platform/database/connection-faults.js';
import { EmbeddedServer } from './platform/database/embedded/embedded-server.js';
import { migrate } from './platform/database/migrate.js';
import { requireFitServer } from './platform/database/server-requirements.js';
import { LongPolls } from './platform/http/long-polls.service.js';
import { parseCommandLine, USAGE } from './platform/process/command-line.js';
import { requireUsableOutbox } from './platform/process/data-directory.js';
import { requestWorkerConfig, tellFailed, tellReady } from './platform/process/leader-channel.js';
import { listenBeside, listenFault, requireFreeAddress } from './platform/process/listen-address.js';
import { packageVersion } from './platform/process/package-version.js';
import { readyLine, readyNotice, readyText, type ReadyNotice } from './platform/process/ready-line.js';
import { drain, Shutdown } from './platform/process/shutdown.js';
import { describeFault } from './platform/process/start-failure.js';
import { reportCrashes } from './platform/process/uncaught-errors.js';
import { limitHeapGrowth } from './platform/process/v8-heap.js';
import type { WorkerConfig } from './platform/process/worker-messages.js';
import { Workers } from './platform/process/worker-processes.js';

limitHeapGrowth();
reportCrashes((line) => process.stderr.write(`${line}\n`));
const shutdown = new Shutdown(report);

try {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.action === 'help') say(USAGE);
  else if (commandLine.action === 'version') say(packageVersion());
  else await start(commandLine.workers);
} catch (error) {
  // A signal during the start stops the programs that the start needs, so the resulting failure is not reported. Ctrl-C
  // reaches these child processes too. Their failure arrives before the signal's own event, which follows within one
  // turn of the event loop.
  await setImmediate();
  await setImmediate();
  if (!shutdown.begun) {
    // All workers fail for the same reason, so the primary process reports it once.
    const isReported = cluster.isWorker && (await tellFailed(describeFault(error)));
    if (!isReported) report(error);
    await shutdown.run(1);
  }
}

async function start(workers: number): Promise<void> {
  const { env, faults } = readEnvironment();
  const config = loadConfig(env, faults);
  await (cluster.isWorker ? work(config) : lead(config, workers));
}

async function lead(config: AppConfig, workers: number): Promise<void> {
  const hosts = await requireFreeAddress(config.http);
  requireUsableOutbox(config);
  const databaseUrl = await databaseOf(config);
  await namingTheVariable(config, () => requireFitServer(databaseUrl, { isDurable: config.environment !== 'test' }));
  if (config.database.migrateOnStart) await namingTheVariable(config, () => migrate(databaseUrl));
  if (workers === 1) {
    await serve(config, { databaseUrl, hosts });
    return;
  }
  const team = new Workers({ databaseUrl, hosts }, say);
  shutdown.add(() => team.stop());
  await team.start(workers);
}

async function work(config: AppConfig): Promise<void> {
  // Without its primary process nothing would stop the worker, so it ends itself.
  process.once('disconnect', () => void shutdown.run(0));
  await serve(config, await requestWorkerConfig());
  tellReady();
}

async function serve(config: AppConfig, { databaseUrl: url, hosts }: WorkerConfig): Promise<void> {
  const app = await namingTheVariable(config, () => createApp({ ...config, database: { ...config.database, url } }));
  shutdown.add(() => app.close());
  await namingTheVariable(config, () => app.init());
  const { port, servers } = await listen(app, config, hosts);
  shutdown.add(() => drain(app.getHttpServer(), servers));
  shutdown.add(async () => app.get(LongPolls).release());
  announce(app, readyNotice(config, port));
}

/** Prints readable lines on a terminal, and a structured log line elsewhere. */
function announce(app: NestFastifyApplication, notice: ReadyNotice): void {
  if (process.stdout.isTTY) say(readyText(notice));
  else app.getHttpAdapter().getInstance().log.info(notice, readyLine(notice));
}

/**
 * Listens on all addresses. Bypasses `app.listen`, which would log a failure that is already reported. `servers` are
 * the servers of further addresses. Ports are not probed again: a worker shares its port, and a probing socket would
 * receive clients' connections.
 */
async function listen(
  app: NestFastifyApplication,
  { http }: AppConfig,
  [host = http.host, ...others]: readonly string[],
): Promise<{ port: number; servers: Server[] }> {
  const server = app.getHttpServer();
  try {
    await app.getHttpAdapter().getInstance().listen({ port: http.port, host });
    const { port } = server.address() as AddressInfo;
    return { port, servers: await Promise.all(others.map((other) => listenBeside(server, { host: other, port }))) };
  } catch (error) {
    throw listenFault(error, http);
  }
}

async function databaseOf({ database, dataDir }: AppConfig): Promise<string> {
  if (database.url === null) return startEmbedded(dataDir);
  await requireDatabase(database.url);
  return database.url;
}

/**
 * Runs a step of the start. A configured database may fail at any time; the error then names the variable that
 * configures it.
 */
async function namingTheVariable<T>({ database }: AppConfig, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw database.url === null ? error : (connectionFault(error) ?? error);
  }
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
  process.stderr.write(`${describeFault(error)}\n`);
}
