/**
 * No stale accept where ordinary triggers sleep: in a session with `session_replication_role = replica`, and in a worker
 * of logical replication, which has that role too. What arrives by replication must not stop the worker either.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Actor } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { scene, type Scene } from '../../support/scene.js';
import { expectLossForGood, WAYS_TO_LOSE_AUTHORITY } from '../../support/ways-to-lose-authority.js';

const BY_SQL = WAYS_TO_LOSE_AUTHORITY.filter(([name]) => name.includes('SQL') || name.includes('suspended'));

describe('in the replication role', () => {
  let instances: TestApp[];
  let cast: Scene;
  beforeAll(async () => {
    const first = await startApp();
    instances = [first, await startApp({ beside: first })];
    cast = await scene(first);
    cast = { ...cast, app: { ...first, db: asReplica(first.database.url) } };
  });

  async function probe(holder: Actor, path: string): Promise<Set<number>> {
    const answers = await Promise.all(instances.map((app) => holder.at(app).get(path)));
    return new Set(answers.map(({ status }) => status));
  }

  it.each(BY_SQL)('%s', async (_, prepare) => {
    await expectLossForGood(await prepare(cast), probe);
  });

  describe('takes what another server has already derived', () => {
    it('a credential that was revoked there at another moment stays revoked', async () => {
      const person = randomUUID();
      await dbPerson(person);
      const session = await dbSession(person);
      await cast.app.db('UPDATE users SET disabled_at = clock_timestamp() WHERE id = $1', [person]);
      const [here] = await dbRevoked(session);
      await cast.app.db(`UPDATE sessions SET revoked_at = clock_timestamp() + interval '1 s' WHERE id = $1`, [session]);
      await cast.app.db('UPDATE sessions SET revoked_at = NULL WHERE id = $1', [session]);

      expect(here).toEqual({ at: expect.any(Date) });
      expect(await dbRevoked(session)).toEqual([here]);
    });

    it('a former membership and a name that were written here by their triggers', async () => {
      const [person, organization] = [randomUUID(), cast.organization.id];
      await dbPerson(person);
      await cast.app.db(`INSERT INTO memberships VALUES ($1, $2, 'member')`, [organization, person]);
      await cast.app.db('DELETE FROM memberships WHERE user_id = $1', [person]);
      await cast.app.db(`INSERT INTO former_memberships VALUES ($1, $2, clock_timestamp() + interval '1 s')`, [
        organization,
        person,
      ]);
      await cast.app.db('INSERT INTO account_names (name, user_id) SELECT username, id FROM users WHERE id = $1', [
        person,
      ]);

      const kept = 'SELECT left_at > clock_timestamp() AS later FROM former_memberships WHERE user_id = $1';
      expect(await cast.app.db(kept, [person])).toEqual([{ later: true }]);
    });
  });

  const dbPerson = (id: string) =>
    cast.app.db(
      `INSERT INTO users (id, email, email_key, name, password_hash, username) VALUES ($1, $2, $2, 'P', 'x', $3)`,
      [id, `${id}@example.test`, `p-${id}`],
    );
  const dbRevoked = (session: string) => cast.app.db('SELECT revoked_at AS at FROM sessions WHERE id = $1', [session]);
  async function dbSession(person: string): Promise<string> {
    const id = randomUUID();
    await cast.app.db(
      `INSERT INTO sessions (id, user_id, family_hash, refresh_hash, expires_at)
       VALUES ($1, $2, $3, $3, clock_timestamp() + interval '1 day')`,
      [id, person, Buffer.alloc(32)],
    );
    return id;
  }
});

/** As a worker of logical replication, or an operator who wants no foreign keys checked, runs SQL. */
function asReplica(connectionString: string): TestApp['db'] {
  return async <Row extends object>(sql: string, params: readonly unknown[] = []) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      await client.query('SET session_replication_role = replica');
      return (await client.query<Row>(sql, [...params])).rows;
    } finally {
      await client.end();
    }
  };
}
