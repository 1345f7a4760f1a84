/** Lists are newest first by the database's clock and record, whatever the clocks of the processes that write say. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { v7 } from 'uuid';
import { newId } from '../../../src/platform/database/ids.js';
import { signIn } from '../../support/actors.js';
import { found, scene, type Scene } from '../../support/scene.js';
import { HARMLESS, PERSONAL_TOKENS } from '../../support/tokens.js';

let cast: Scene;
beforeAll(async () => (cast = await scene()));

/**
 * What is done while this process's clock is ten minutes early. Early, because the UUID library never goes back within a
 * process: ids from that clock would tell, and the ones made afterwards by a process in time would be older.
 */
async function tenMinutesEarly<T>(work: () => Promise<T>): Promise<T> {
  const trueNow = Date.now;
  Date.now = () => trueNow() + 600_000;
  try {
    return await work();
  } finally {
    Date.now = trueNow;
  }
}

/** The milliseconds in a UUIDv7. */
const timeOf = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);

describe('what an instance with a wrong clock makes stands where it belongs by the database’s clock', () => {
  interface Listed {
    readonly id: string;
    readonly createdAt?: string;
    readonly occurredAt?: string;
  }
  const KINDS: Readonly<Record<string, readonly [path: (on: Scene) => string, make: (on: Scene) => Promise<unknown>]>> =
    {
      'a personal token': [() => PERSONAL_TOKENS, ({ owner }) => owner.issuePersonalToken(HARMLESS)],
      'an organization token': [
        ({ organization }) => `${organization.path}/tokens`,
        ({ owner, organization }) => owner.issueOrganizationToken(organization.id, HARMLESS),
      ],
      'an invitation': [
        ({ organization }) => `${organization.path}/invitations`,
        async ({ owner, organization: { path } }) =>
          owner.post(`${path}/invitations`, { email: `${newId()}@example.test`, role: 'viewer' }).expect(201),
      ],
      'an organization': [() => '/api/v1/organizations', ({ owner }) => found(owner)],
      'a ledger account': [
        ({ organization }) => `${organization.path}/ledger-accounts`,
        async ({ owner, organization: { path } }) =>
          owner.post(`${path}/ledger-accounts`, { network: 'testnet', keyType: 'ed25519' }).expect(201),
      ],
      'a session': [() => '/api/v1/auth/sessions', ({ owner }) => signIn(cast.app, owner.email)],
      'an audit event': [
        ({ organization }) => `${organization.path}/audit-events`,
        async ({ owner, organization: { path } }) => owner.patch(path, { name: newId() }).expect(200),
      ],
    };

  it.each(Object.entries(KINDS))('%s', async (_, [path, make]) => {
    await make(cast);
    await tenMinutesEarly(() => make(cast));
    await make(cast);
    const { body } = await cast.owner.get(`${path(cast)}?limit=3`).expect(200);
    const items = body.items as Listed[];
    const made = items.map(({ createdAt, occurredAt }) => Date.parse(createdAt ?? occurredAt ?? ''));
    expect(made).toEqual([...made].sort((one, other) => other - one));
    for (const [index, { id }] of items.entries()) {
      expect(Math.abs(timeOf(id) - (made[index] ?? NaN))).toBeLessThan(60_000);
    }
  });

  it('an audit event whose id says otherwise', async () => {
    const path = `${cast.organization.path}/audit-events`;
    await dbEvent(cast, newId());
    const backdated = v7({ msecs: Date.now() - 60_000 });
    await dbEvent(cast, backdated);
    const { body } = await cast.owner.get(`${path}?limit=1`).expect(200);
    expect(body.items[0].id).toBe(backdated);
    const { body: next } = await cast.owner.get(`${path}?limit=100&cursor=${String(body.nextCursor)}`).expect(200);
    expect((next.items as { id: string }[]).map(({ id }) => id)).not.toContain(backdated);
  });
});

describe('a collector of audit events', () => {
  it('misses no event of a transaction that commits after younger ones', async () => {
    const collector = await collectorOf(cast);
    const slow = await connect();
    await slow.query('BEGIN');
    const early = await dbEvent(cast, newId(), slow);
    const young = await dbEvent(cast, newId());
    expect(await collector.next()).not.toContain(young);
    const younger = await dbEvent(cast, newId());
    await slow.query('COMMIT');
    await slow.end();
    expect(await collector.next()).toEqual([early, young, younger]);
    expect(await collector.next()).toEqual([]);
  });

  it('is not held up by a transaction that was rolled back, nor by one that records nothing', async () => {
    const collector = await collectorOf(cast);
    const [broken, idle] = [await connect(), await connect()];
    await idle.query('BEGIN');
    await idle.query('SELECT pg_current_xact_id()');
    await broken.query('BEGIN');
    await dbEvent(cast, newId(), broken);
    await broken.query('ROLLBACK');
    const event = await dbEvent(cast, newId());
    expect(await collector.next()).toEqual([event]);
    await Promise.all([broken.end(), idle.end()]);
  });

  it('sees an event after a savepoint was rolled back in its transaction, and holds on for it', async () => {
    const collector = await collectorOf(cast);
    const slow = await connect();
    await slow.query('BEGIN; SAVEPOINT before');
    await dbEvent(cast, newId(), slow);
    await slow.query('ROLLBACK TO before');
    const early = await dbEvent(cast, newId(), slow);
    const young = await dbEvent(cast, newId());
    expect(await collector.next()).toEqual([]);
    await slow.query('COMMIT');
    await slow.end();
    expect(await collector.next()).toEqual([early, young]);
  });

  it('gets every event once, in pages, while eight writers commit in any order', async () => {
    const collector = await collectorOf(cast, 7);
    const written: string[] = [];
    const writing = { isOver: false };
    const writer = async (): Promise<void> => {
      const client = await connect();
      for (let count = 0; count < 25; count += 1) {
        await client.query('BEGIN');
        written.push(await dbEvent(cast, newId(), client));
        await sleep(Math.random() * 8);
        written.push(await dbEvent(cast, newId(), client));
        await client.query('COMMIT');
      }
      await client.end();
    };
    const seen: string[] = [];
    const collecting = (async () => {
      for (let page = ['x']; !writing.isOver || page.length > 0;) seen.push(...(page = await collector.next()));
    })();
    await Promise.all(Array.from({ length: 8 }, writer));
    writing.isOver = true;
    await collecting;
    expect([...seen].sort()).toEqual([...written].sort());
  });

  it('may begin with an empty list, and narrow it', async () => {
    const founded = await found(cast.outsider);
    const path = `${founded.path}/audit-events?order=oldest&action=token.created`;
    const { body: empty } = await cast.outsider.get(path).expect(200);
    expect(empty.items).toEqual([]);
    await cast.outsider.issueOrganizationToken(founded.id, ['tokens:read']);
    const { body } = await cast.outsider.get(`${path}&cursor=${String(empty.nextCursor)}`).expect(200);
    expect(body.items).toHaveLength(1);
  });

  it('does not take the cursor of the other order, and its cursor is of no use there', async () => {
    const path = `${cast.organization.path}/audit-events`;
    const { body: newest } = await cast.owner.get(`${path}?limit=1`).expect(200);
    const { body: oldest } = await cast.owner.get(`${path}?limit=1&order=oldest`).expect(200);
    await cast.owner.get(`${path}?order=oldest&cursor=${String(newest.nextCursor)}`).expect(422);
    await cast.owner.get(`${path}?cursor=${String(oldest.nextCursor)}`).expect(422);
    await cast.owner.get(`${path}?order=sideways`).expect(422);
  });
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(cast.app.database.url);
  await client.connect();
  return client;
}

async function dbEvent({ app, organization }: Scene, id: string, client?: pg.Client): Promise<string> {
  const sql = `INSERT INTO audit_events (id, organization_id, action, actor_kind) VALUES ($1, $2, 'token.created', 'system')`;
  if (client) await client.query(sql, [id, organization.id]);
  else await app.db(sql, [id, organization.id]);
  return id;
}

/** Has seen all that there is now; each `next` goes on from where the last one ended. */
async function collectorOf({ owner, organization }: Scene, limit = 100): Promise<{ next(): Promise<string[]> }> {
  let cursor = '';
  const next = async (): Promise<string[]> => {
    const { body } = await owner
      .get(`${organization.path}/audit-events?order=oldest&limit=${limit}${cursor}`)
      .expect(200);
    cursor = `&cursor=${String(body.nextCursor)}`;
    return (body.items as { id: string }[]).map(({ id }) => id);
  };
  while ((await next()).length > 0);
  return { next };
}
