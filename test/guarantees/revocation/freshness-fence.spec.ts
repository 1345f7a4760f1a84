/** The traps of the freshness fence, each held against a real PostgreSQL through the fence itself. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { generateSecret } from '../../../src/credentials/token-secret.js';
import { FactCache } from '../../../src/verification/fact-cache.js';
import { FenceConnection } from '../../../src/verification/fence-connection.js';
import { Fence } from '../../../src/verification/fence.js';
import { PendingVerifications } from '../../../src/verification/pending-verifications.js';
import { BlackHole } from '../../support/black-hole.js';
import { offsetClock } from '../../support/database-clock-offset.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const KEY = { version: 'v1', key: randomBytes(32) };

describe('the freshness fence', () => {
  let database: TestDatabase;
  let organizationId: string;
  const fences: Fence[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    organizationId = randomUUID();
    await database.query('INSERT INTO organizations (id, name, slug) VALUES ($1, $2, $3)', [
      organizationId,
      'A',
      'a-co',
    ]);
  });

  afterAll(async () => {
    for (const fence of fences) fence.onApplicationShutdown();
    await database.drop();
  });

  function newFence(capacity = 20_000, url = database.url, timeoutMs = 2_000): Fence {
    const fence = new Fence(
      new FenceConnection(url, timeoutMs / 2),
      new FactCache(capacity),
      new PendingVerifications(timeoutMs, 10_000),
    );
    fences.push(fence);
    return fence;
  }

  async function dbToken(): Promise<string> {
    const { selector, hash, hint } = generateSecret('lk', 'organization', KEY);
    await database.query(
      `INSERT INTO access_tokens (id, kind, organization_id, label, scopes, selector, secret_hash, hash_key_version, hint)
       VALUES ($1, 'organization', $2, 'x', '{tokens:read}', $3, $4, 'v1', $5)`,
      [randomUUID(), organizationId, selector, hash, hint],
    );
    return selector;
  }

  /** `live`, `revoked` or `absent`, as the fence confirms it now. */
  async function stateOf(fence: Fence, selector: string): Promise<string> {
    const { facts } = await fence.confirm({ kind: 'token', selector });
    if (facts?.kind !== 'organization-token') return 'absent';
    return facts.token.revokedAt === null ? 'live' : 'revoked';
  }

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client(database.url);
    await client.connect();
    return client;
  }

  const revoke = 'UPDATE access_tokens SET revoked_at = clock_timestamp() WHERE selector = $1';

  it('sees a revocation that took its transaction id first and committed last', async () => {
    const fence = newFence();
    const [early, late] = [await dbToken(), await dbToken()];
    const slow = await connect();
    await slow.query('BEGIN');
    await slow.query(revoke, [early]);
    await database.query(revoke, [late]);

    expect([await stateOf(fence, early), await stateOf(fence, late)]).toEqual(['live', 'revoked']);
    await slow.query('COMMIT');
    expect(await stateOf(fence, early)).toBe('revoked');
    await slow.end();
  });

  it('does not remember an unknown token: one created later works at once', async () => {
    const fence = newFence();
    const { selector, hash, hint } = generateSecret('lk', 'organization', KEY);

    expect(await stateOf(fence, selector)).toBe('absent');
    await database.query(
      `INSERT INTO access_tokens (id, kind, organization_id, label, scopes, selector, secret_hash, hash_key_version, hint)
       VALUES ($1, 'organization', $2, 'x', '{tokens:read}', $3, $4, 'v1', $5)`,
      [randomUUID(), organizationId, selector, hash, hint],
    );
    expect(await stateOf(fence, selector)).toBe('live');
  });

  it.each([
    ['an UPDATE', revoke, 'revoked'],
    ['a DELETE', 'DELETE FROM access_tokens WHERE selector = $1', 'absent'],
  ])('sees %s typed by hand', async (_, sql, state) => {
    const fence = newFence();
    const selector = await dbToken();

    expect(await stateOf(fence, selector)).toBe('live');
    await database.query(sql, [selector]);
    expect(await stateOf(fence, selector)).toBe(state);
  });

  it('keeps its promise when its connection is cut between two requests', async () => {
    const fence = newFence();
    const selector = await dbToken();

    expect(await stateOf(fence, selector)).toBe('live');
    await database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'latchkey-fence'",
    );
    await database.query(revoke, [selector]);
    expect(await stateOf(fence, selector)).toBe('revoked');
  });

  it('forgets everything when the log was pruned past its position', async () => {
    const fence = newFence();
    const selector = await dbToken();

    expect(await stateOf(fence, selector)).toBe('live');
    await database.query(revoke, [selector]);
    await database.query(
      'WITH gone AS (DELETE FROM authority_changes RETURNING xid) UPDATE authority_pruning SET pruned_through = (SELECT max(xid) FROM gone)',
    );
    expect(await stateOf(fence, selector)).toBe('revoked');
  });

  it('answers many who ask for more tokens than it may remember, all of them rightly', async () => {
    const fence = newFence(3);
    const selectors = await Promise.all(Array.from({ length: 12 }, dbToken));

    const states = await Promise.all(
      selectors.flatMap((selector) => [stateOf(fence, selector), stateOf(fence, 'none')]),
    );
    expect(states).toEqual(selectors.flatMap(() => ['live', 'absent']));
  });

  it('never lets a fact into memory that was read before its eviction: 300 revocations among readers', async () => {
    const fence = newFence();
    const selectors = await Promise.all(Array.from({ length: 300 }, dbToken));
    const stale: string[] = [];

    await Promise.all(
      selectors.map(async (selector) => {
        const readers = [stateOf(fence, selector), stateOf(fence, selector)];
        await database.query(revoke, [selector]);
        if ((await stateOf(fence, selector)) !== 'revoked') stale.push(selector);
        await Promise.all(readers);
        if ((await stateOf(fence, selector)) !== 'revoked') stale.push(selector);
      }),
    );
    expect(stale).toEqual([]);
  });

  it.each([
    ['refuses connections', () => Promise.resolve('postgres://nobody@127.0.0.1:9/none')],
    ['takes connections and never answers', () => silentWayTo(database.url)],
  ])('fails closed within its own time when the database %s', async (_, urlOf) => {
    const fence = newFence(20_000, await urlOf(), 300);
    // Timers of one process fire in the order of their times, however busy the machine is.
    const tooLate = setTimeout(3_000, 'too late', { ref: false });
    const answer = fence.confirm({ kind: 'token', selector: 'x' }).catch((error: unknown) => error);

    expect(await Promise.race([answer, tooLate])).toMatchObject({ code: 'unavailable' });
  });

  it('judges no fact by itself: it hands out the database’s clock with each one, remembered or not', async () => {
    const clock = await offsetClock(database);
    const fence = newFence();
    const selector = await dbToken();
    const aheadOfThisProcess = async (): Promise<number> => {
      const { facts, now } = await fence.confirm({ kind: 'token', selector });
      return facts === null ? Number.NaN : Math.round((now.getTime() - Date.now()) / 3_600_000);
    };
    try {
      await clock.step('3 hours');
      expect(await aheadOfThisProcess()).toBe(3);
      await clock.step('5 hours');
      expect(await aheadOfThisProcess()).toBe(5);
    } finally {
      clock.straighten();
    }
  });
});

async function silentWayTo(url: string): Promise<string> {
  const hole = await BlackHole.before(url);
  hole.swallow();
  return hole.url;
}
