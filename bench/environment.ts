/**
 * Environment of all measurements: one embedded PostgreSQL, databases on it, and the environment variables of the
 * processes.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { HashKey } from '../src/credentials/token-secret.js';
import { EmbeddedServer } from '../src/platform/database/embedded/embedded-server.js';
import { migrate } from '../src/platform/database/migrate.js';
import { compiled, uncompiled } from './build.js';
import { ServerProcess } from './server-process.js';

export class Environment {
  readonly hashKey: HashKey = { version: 'v1', key: randomBytes(32) };
  private readonly jwtKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  private readonly servers: ServerProcess[] = [];

  private constructor(
    private readonly directory: string,
    private readonly postgres: EmbeddedServer,
    private readonly isCompiled: boolean,
  ) {}

  static async make({ isCompiled }: { isCompiled: boolean }): Promise<Environment> {
    const directory = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
    try {
      return new Environment(directory, await EmbeddedServer.start({ dataDir: directory }), isCompiled);
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Ends every process started on it. */
  async clear(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.postgres.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Creates an empty database and returns its URL. */
  async database(name: string): Promise<string> {
    await this.query(this.postgres.url, `CREATE DATABASE ${name}`);
    const url = new URL(this.postgres.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** Creates a database with the service's schema and no rows. */
  async serviceDatabase(name: string): Promise<string> {
    const url = await this.database(name);
    await migrate(url);
    return url;
  }

  async query<Row extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const { rows } = await client.query<Row>(text, values);
      return rows;
    } finally {
      await client.end();
    }
  }

  /** Starts the service, or a variant of it, on that database; `args` are arguments of the file. */
  start(databaseUrl: string, file: string, ...args: readonly string[]): Promise<ServerProcess> {
    return this.startOther([...this.entry(file), ...args], {
      DATABASE_URL: databaseUrl,
      DATA_DIR: this.directory,
      TOKEN_HASH_KEYS: `${this.hashKey.version}:${this.hashKey.key.toString('base64')}`,
      JWT_PRIVATE_KEY: this.jwtKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      MIGRATE_ON_START: 'false',
      RATE_LIMIT_ENABLED: 'false',
      LOG_LEVEL: 'warn',
    });
  }

  /** Arguments of `node` that start a file, whose path is relative to the repository's root. */
  entry(file: string): string[] {
    return this.isCompiled ? compiled(file) : uncompiled(file);
  }

  /** Starts the peer, which is never compiled: its types are not installed with the repository. */
  startPeer(env: NodeJS.ProcessEnv): Promise<ServerProcess> {
    return this.startOther(uncompiled('bench/peers/better-auth.ts'), env);
  }

  async startOther(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ServerProcess> {
    const server = await ServerProcess.start(args, env);
    this.servers.push(server);
    return server;
  }

  async setting(name: string): Promise<string> {
    const [row] = await this.query<{ value: string }>(this.postgres.url, 'SELECT current_setting($1) AS value', [name]);
    return row?.value ?? '?';
  }
}
