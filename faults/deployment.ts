/**
 * Deployment under test: several processes of one version of the service on one database, in which every part can fail.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../harness/ports.js';
import { migrate } from '../src/platform/database/migrate.js';
import { Connection } from './connection.js';
import { LoadBalancer } from './load-balancer.js';
import type { FaultyPostgres } from './postgres.js';
import { DatabaseProxy } from './proxy.js';
import type { ReplicatedPostgres } from './replicated-postgres.js';
import { ServiceProcess } from './service-process.js';

export interface DeploymentOptions {
  readonly postgres: FaultyPostgres;
  /** Set when a replica can replace the primary. */
  readonly replication?: ReplicatedPostgres | undefined;
  readonly database: string;
  /** Arguments of `node` that start the service. */
  readonly command: readonly string[];
  readonly instances: number;
  /** Directory of logs and mails. */
  readonly directory: string;
  /** SQL that runs after the migrations. */
  readonly sql?: string | undefined;
}

export interface Instance {
  readonly name: string;
  readonly port: number;
  readonly proxy: DatabaseProxy;
  readonly service: ServiceProcess;
}

export class Deployment {
  private constructor(
    private readonly options: DeploymentOptions,
    readonly instances: readonly Instance[],
    private readonly front: LoadBalancer,
    /** Connections of an operator at a psql prompt, independent of the service and of every network fault. */
    readonly psql: pg.Pool,
    private readonly crashes: string[],
    private readonly operator: DatabaseProxy,
  ) {}

  get database(): string {
    return this.options.database;
  }

  get replication(): ReplicatedPostgres | null {
    return this.options.replication ?? null;
  }

  /** The current primary. */
  get postgres(): FaultyPostgres {
    return this.replication?.primary ?? this.options.postgres;
  }

  static async start(options: DeploymentOptions): Promise<Deployment> {
    const { postgres, database, sql } = options;
    await postgres.createDatabase(database);
    await migrate(postgres.urlOf(database));
    // Operator's proxy: no fault affects it, and it leads to the current primary.
    const operator = await DatabaseProxy.open(postgres.port);
    const connectionString = postgres.urlOf(database, operator.port);
    const psql = new pg.Pool({ connectionString, max: 20, application_name: 'faults', idleTimeoutMillis: 0 });
    psql.on('error', () => undefined);
    if (sql !== undefined) await psql.query(sql);
    const crashes: string[] = [];
    const instances = await makeInstances(options, (crash) => crashes.push(crash));
    const front = await LoadBalancer.open(instances.map(({ port }) => port));
    await Promise.all(instances.map(({ service }) => service.start()));
    return new Deployment(options, instances, front, psql, crashes, operator);
  }

  /** Opens a connection to the instance, or through the load balancer. */
  connectionTo(instance: Instance | 'front'): Connection {
    return instance === 'front'
      ? new Connection('front', this.front.port)
      : new Connection(instance.name, instance.port);
  }

  /** Ends every connection; new ones lead to the server on this port. */
  redirectTo(port: number): void {
    for (const proxy of [this.operator, ...this.instances.map((each) => each.proxy)]) proxy.redirectTo(port);
  }

  /** Returns, once each, the processes that ended without a fault that had caused it. */
  takeCrashes(): string | null {
    return this.crashes.splice(0).join('\n') || null;
  }

  /** Ends every fault, and restarts every process. */
  async repair(): Promise<void> {
    this.postgres.thaw();
    this.postgres.setReadOnly(false);
    await this.postgres.disableClockSteps();
    for (const { service, proxy } of this.instances) {
      await proxy.heal();
      await service.kill();
      await service.start();
    }
  }

  async stop(): Promise<void> {
    if (this.psql.ending) return;
    this.front.close();
    for (const { service, proxy } of this.instances) {
      await service.kill();
      proxy.close();
    }
    await this.psql.end();
    this.operator.close();
  }
}

async function makeInstances(options: DeploymentOptions, onCrash: (crash: string) => void): Promise<Instance[]> {
  const { postgres, database, command, directory, instances } = options;
  const shared = sharedEnvironment();
  const numbers = Array.from({ length: instances }, (_, index) => index + 1);
  return Promise.all(
    numbers.map(async (number): Promise<Instance> => {
      const name = `instance ${String(number)}`;
      const dataDir = join(directory, `${database}-${String(number)}`);
      mkdirSync(dataDir, { recursive: true });
      const port = await freePort();
      const proxy = await DatabaseProxy.open(postgres.port);
      const DATABASE_URL = postgres.urlOf(database, proxy.port);
      const env = { ...shared, PORT: String(port), DATA_DIR: dataDir, DATABASE_URL };
      const service = new ServiceProcess({ name, port, command, env, logFile: join(dataDir, 'log') }, onCrash);
      return { name, port, proxy, service };
    }),
  );
}

/** Environment of all instances, which share their keys. None of this process's own variables is passed on. */
function sharedEnvironment(): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'http://localhost:3000',
    MIGRATE_ON_START: 'false',
    DATABASE_POOL_SIZE: '8',
    TOKEN_HASH_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    LEDGER_ENCRYPTION_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    PASSWORD_BCRYPT_COST: '4',
    RATE_LIMIT_ENABLED: 'false',
    LAST_USED_INTERVAL_MS: '1000',
    LOG_LEVEL: 'warn',
  };
}
