/**
 * Long transaction that takes its number first and commits last. A reader that stores "all up to number n is known" has
 * passed it by then. Every second one writes its change at once, the others just before the commit.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { Revocation } from '../history.js';
import { caseOf, type Case, type CaseActors } from '../revocations/revocation-case.js';
import type { Scenario } from './scenario.js';

/** Time for the positions of all instances to pass the long transactions. */
const HEAD_START_MS = 150;
const TIMEOUT_MS = 5_000;

const REVOKE = 'UPDATE access_tokens SET revoked_at = clock_timestamp() WHERE id = $1';
const DISABLE = 'UPDATE users SET disabled_at = clock_timestamp() WHERE id = $1';

export const commitOrderScenario: Scenario = {
  name: 'commit-order',
  title: 'Long transactions that took their number first commit after all others',
  planRound: async (_scene, cases, actors) => {
    let release: () => void = () => undefined;
    const othersAreDone = new Promise<void>((resolve) => (release = resolve));
    const others = cases.filter(({ revoke }) => revoke !== null).length;
    const long = [
      await tokenCase(actors, { isEarly: true }),
      await tokenCase(actors, { isEarly: false }),
      await personCase(actors),
    ];
    const fault = {
      before: async () => {
        for (const each of long) await each.begin();
      },
      acknowledged: (count: number) => {
        if (count === others) release();
      },
    };
    return { cases: [...cases, ...long.map((each) => each.toCase(othersAreDone))], fault };
  },
};

class LongTransaction {
  private client: PoolClient | null = null;

  constructor(
    private readonly psql: CaseActors['psql'],
    private readonly sql: string,
    private readonly subject: { readonly id: string; readonly credential: string },
    private readonly isEarly: boolean,
  ) {}

  async begin(): Promise<void> {
    this.client = await this.psql.connect();
    await this.client.query('BEGIN');
    await this.client.query('SELECT pg_current_xact_id()');
    if (this.isEarly) await this.client.query(this.sql, [this.subject.id]);
  }

  toCase(othersAreDone: Promise<void>): Case {
    return caseOf('long transaction', { credential: this.subject.credential }, async () => {
      await Promise.race([othersAreDone, sleep(TIMEOUT_MS)]);
      await sleep(HEAD_START_MS);
      return this.commit();
    });
  }

  private async commit(): Promise<Revocation> {
    const { client } = this;
    if (!client) throw new Error('the transaction has not begun');
    if (!this.isEarly) await client.query(this.sql, [this.subject.id]);
    const start = performance.now();
    await client.query('COMMIT');
    const end = performance.now();
    client.release();
    return { start, end };
  }
}

async function tokenCase(
  { fixtures, organization, psql }: CaseActors,
  { isEarly }: { isEarly: boolean },
): Promise<LongTransaction> {
  const { id, secret } = await fixtures.organizationToken(organization, ['organization:read']);
  return new LongTransaction(psql, REVOKE, { id, credential: secret }, isEarly);
}

async function personCase({ fixtures, psql }: CaseActors): Promise<LongTransaction> {
  const person = await fixtures.person();
  const { secret } = await fixtures.personalToken(person, ['user:read']);
  return new LongTransaction(psql, DISABLE, { id: person.id, credential: secret }, true);
}
