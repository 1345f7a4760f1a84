/**
 * Primary and physical streaming replica, with a proxy in between that can hold the replication. After a failover the
 * former primary is deleted, and a new replica is made of the promoted one.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { FaultyPostgres } from './postgres.js';
import { DatabaseProxy, everyConnection } from './proxy.js';

const ROLE = 'replicator';
const TIMEOUT_MS = 30_000;
const LOOK_MS = 20;

const CAUGHT_UP = `
SELECT count(*)::int AS streaming FROM pg_stat_replication
WHERE state = 'streaming' AND replay_lsn >= pg_current_wal_insert_lsn() AND (sync_state = 'async' OR $1)`;

export class ReplicatedPostgres {
  private replicaCount = 0;

  private constructor(
    private readonly directory: string,
    private readonly password: string,
    private readonly network: DatabaseProxy,
    private current: FaultyPostgres,
    private replica: FaultyPostgres | null,
  ) {}

  /** Replication is asynchronous by default. */
  static async start(directory: string): Promise<ReplicatedPostgres> {
    mkdirSync(directory, { mode: 0o700 });
    const password = randomBytes(16).toString('hex');
    const first = join(directory, '0');
    mkdirSync(first, { mode: 0o700 });
    const primary = await FaultyPostgres.start(
      first,
      `CREATE ROLE ${ROLE} LOGIN REPLICATION PASSWORD '${password}';\nGRANT pg_monitor TO ${ROLE};`,
    );
    const network = await DatabaseProxy.open(primary.port);
    return new ReplicatedPostgres(directory, password, network, primary, null);
  }

  get primary(): FaultyPostgres {
    return this.current;
  }

  /** Creates the replica if there is none. Connections to the primary break for a moment. */
  async ensureReplica(isSynchronous: boolean): Promise<void> {
    if (!this.replica) {
      this.replicaCount += 1;
      const dataDir = join(this.directory, String(this.replicaCount));
      const host = `host=127.0.0.1 port=${this.network.port}`;
      const login = `user=${ROLE} password=${this.password} sslmode=disable gssencmode=disable`;
      await this.current.stopCleanly();
      this.network.redirectTo(this.current.port);
      this.replica = await FaultyPostgres.startReplica(this.current, dataDir, `${host} ${login}`);
      await this.current.restart();
    }
    this.current.reload(`synchronous_standby_names = '${isSynchronous ? '*' : ''}'`);
    await this.untilCaughtUp(isSynchronous);
  }

  /** Resolves when the replica has received everything that the primary had after the call. */
  async untilCaughtUp(isSynchronous: boolean): Promise<void> {
    await this.until(this.current, async (client) => {
      const { rows } = await client.query<{ streaming: number }>(CAUGHT_UP, [isSynchronous]);
      return rows[0]?.streaming === 1;
    });
  }

  /** Holds the replication: nothing reaches the replica from now on. */
  hold(): void {
    this.network.hold(everyConnection);
  }

  /** Kills the primary and promotes the replica with the data it has received. Returns the replica's port. */
  async failOver(): Promise<number> {
    const { replica } = this;
    if (!replica) throw new Error('there is no replica');
    await this.current.crash('SIGKILL');
    await this.network.heal();
    replica.promote();
    await this.until(replica, async (client) => {
      const { rows } = await client.query<{ over: boolean }>('SELECT NOT pg_is_in_recovery() AS over');
      return rows[0]?.over === true;
    });
    rmSync(this.current.dataDir, { recursive: true, force: true });
    this.current = replica;
    this.replica = null;
    return replica.port;
  }

  async stop(): Promise<void> {
    await this.replica?.stop();
    await this.current.stop();
    this.network.close();
  }

  private async until(server: FaultyPostgres, isTrue: (client: pg.Client) => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + TIMEOUT_MS;
    const url = new URL(server.urlOf('postgres'));
    [url.username, url.password] = [ROLE, this.password];
    const client = new pg.Client({ connectionString: url.href, application_name: 'faults-replication' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      while (!(await isTrue(client))) {
        if (performance.now() > deadline) throw new Error('the replica does not follow');
        await sleep(LOOK_MS);
      }
    } finally {
      await client.end();
    }
  }
}
