/** Connection exhaustion: another client takes every connection that PostgreSQL has left. */
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { verificationConnections } from '../proxy.js';
import type { Fault } from '../round.js';
import { scenarioOf, lasting, victimOf, type ScenarioScene } from './scenario.js';
import { END_CONNECTIONS } from './connection-scenarios.js';

const LASTS_MS = 1_500;
const BETWEEN_GRABS_MS = 20;
const AT_ONCE = 8;

class Hog {
  private readonly taken: pg.Client[] = [];
  private isGreedy = true;
  private grabbing: Promise<void> = Promise.resolve();

  constructor(private readonly url: string) {}

  /** Resolves when none is left; connections that become free later are taken too. */
  async begin(): Promise<void> {
    while (await this.grabSome());
    this.grabbing = this.goOn();
  }

  async end(): Promise<void> {
    this.isGreedy = false;
    await this.grabbing;
    await Promise.all(this.taken.map((client) => client.end()));
  }

  private async goOn(): Promise<void> {
    for (; this.isGreedy; await sleep(BETWEEN_GRABS_MS)) await this.grabSome();
  }

  /** Whether all were granted. */
  private async grabSome(): Promise<boolean> {
    const granted = await Promise.all(Array.from({ length: AT_ONCE }, () => this.grab()));
    return granted.every(Boolean);
  }

  private async grab(): Promise<boolean> {
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

export const exhaustionCell = scenarioOf({
  name: 'connections-taken',
  title: 'All of PostgreSQL’s connections taken by somebody else, and one instance’s verification connections ended',
  fault: (scene: ScenarioScene): Fault => {
    const { postgres, psql, database } = scene.deployment;
    const hog = new Hog(postgres.urlOf(database));
    return lasting(
      LASTS_MS,
      async () => {
        // The operator's own connection is opened before none is left.
        const operator = await psql.connect();
        await hog.begin();
        const ports = victimOf(scene).proxy.clientPorts(verificationConnections);
        await operator.query(END_CONNECTIONS, [ports]);
        operator.release();
      },
      () => hog.end(),
    );
  },
});
