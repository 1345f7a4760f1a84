/**
 * Service under test: the real application on its own real database, listening on a loopback port. Every application
 * started here is closed when its spec file ends.
 */
import { afterAll } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppConfig } from '../../config/app-config.js';
import { loadConfig } from '../../config/env.js';
import { createApp } from '../../src/create-app.js';
import type { LogSink } from '../../src/platform/logging/logging.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { Mails } from './mails.js';
import { observeStatuses } from './observed-statuses.js';

export interface TestApp {
  readonly url: string;
  readonly config: AppConfig;
  readonly nest: NestFastifyApplication;
  readonly database: TestDatabase;
  readonly mails: Mails;
  /** Runs SQL as an operator would, bypassing the service. */
  readonly db: TestDatabase['query'];
  close(): Promise<void>;
}

export interface StartOptions {
  /** Environment variables in addition to the test defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** Shares another application's database, keys and outbox: a second instance of the same service. */
  readonly beside?: TestApp;
  /** Database prepared by the spec; it is dropped with the application. */
  readonly database?: TestDatabase;
  /** Receives the log, which is silent otherwise. */
  readonly logSink?: LogSink;
}

const running: TestApp[] = [];
let shared: Promise<TestApp> | undefined;

/** Application shared by all tests of a spec file. */
export function sharedApp(): Promise<TestApp> {
  shared ??= startApp();
  return shared;
}

export async function startApp({ env = {}, beside, logSink, ...prepared }: StartOptions = {}): Promise<TestApp> {
  const database = beside?.database ?? prepared.database ?? (await createTestDatabase());
  const dataDir = beside?.config.dataDir ?? mkdtempSync(join(tmpdir(), 'latchkey-test-'));
  const config = loadConfig({ ...keysOf(dataDir), ...defaults(database.url, dataDir), ...env });
  const nest = await createApp(config, logSink ? { logSink } : {});
  const noteStatuses = observeStatuses(nest);
  await nest.listen(0, '127.0.0.1');
  const { port } = nest.getHttpServer().address() as { port: number };
  const app: TestApp = {
    url: `http://127.0.0.1:${String(port)}`,
    config,
    nest,
    database,
    mails: new Mails(config.mail.outboxDir),
    db: database.query.bind(database),
    close: async () => {
      running.splice(running.indexOf(app), 1);
      await nest.close();
      noteStatuses();
      if (beside) return;
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  running.unshift(app);
  return app;
}

afterAll(async () => {
  // Newest first: a second instance closes before the one whose database it shares.
  for (const app of [...running]) await app.close();
  shared = undefined;
});

function defaults(databaseUrl: string, dataDir: string): Record<string, string> {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: '5',
    DATA_DIR: dataDir,
    PORT: '0',
    PUBLIC_URL: 'http://localhost:3000',
    MIGRATE_ON_START: 'false',
    PASSWORD_BCRYPT_COST: '4',
    RATE_LIMIT_ENABLED: 'false',
    LAST_USED_INTERVAL_MS: '200',
    // Long, because the machine of a test run is busy; promises about time have their own specs.
    VERIFY_TIMEOUT_MS: '5000',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
  };
}

/** Keys of a data directory, which all instances of one service share, like their database. */
function keysOf(dataDir: string): Record<string, string> {
  const known = keys.get(dataDir);
  if (known) return known;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const made = {
    TOKEN_HASH_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    LEDGER_ENCRYPTION_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  keys.set(dataDir, made);
  return made;
}

const keys = new Map<string, Record<string, string>>();
