/** Connection exhaustion: another client takes every connection that PostgreSQL has left. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { verificationConnections } from '../proxy.js';
import type { Fault } from '../round.js';
import { END_CONNECTIONS } from './connection-scenarios.js';
import { affectedInstance, lasting, scenarioOf, type ScenarioContext } from './scenario.js';

const DURATION_MS = 1_500;
const RETRY_INTERVAL_MS = 20;
const BATCH_SIZE = 8;

class ConnectionExhauster {
  private readonly taken: pg.Client[] = [];
  private isActive = true;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly url: string) {}

  /** Resolves when none is left; connections that become free later are taken too. */
  async begin(): Promise<void> {
    while (await this.takeBatch());
    this.loop = this.takeFreed();
  }

  async end(): Promise<void> {
    this.isActive = false;
    await this.loop;
    await Promise.all(this.taken.map((client) => client.end()));
  }

  private async takeFreed(): Promise<void> {
    for (; this.isActive; await sleep(RETRY_INTERVAL_MS)) await this.takeBatch();
  }

  /** Whether all were granted. */
  private async takeBatch(): Promise<boolean> {
    const granted = await Promise.all(Array.from({ length: BATCH_SIZE }, () => this.take()));
    return granted.every(Boolean);
  }

  private async take(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'faults-hog' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      this.taken.push(client);
      return true;
    } catch {
      return false;
    }
  }
}

export const exhaustionScenario = scenarioOf({
  name: 'connections-taken',
  title: 'All of PostgreSQL’s connections taken by somebody else, and one instance’s verification connections ended',
  fault: (context: ScenarioContext): Fault => {
    const { postgres, psql, database } = context.deployment;
    const exhauster = new ConnectionExhauster(postgres.urlOf(database));
    return lasting(
      DURATION_MS,
      async () => {
        // The operator's own connection is opened before none is left.
        const operator = await psql.connect();
        await exhauster.begin();
        const ports = affectedInstance(context).proxy.clientPorts(verificationConnections);
        await operator.query(END_CONNECTIONS, [ports]);
        operator.release();
      },
      () => exhauster.end(),
    );
  },
});
