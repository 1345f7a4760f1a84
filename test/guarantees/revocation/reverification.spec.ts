/**
 * The second verification, inside a transaction whose effect outlives its caller's right: it answers what the rows say
 * now, and they stay so until the transaction ends. issuing-races.spec.ts holds the same through the service.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Principal, SessionPrincipal, TokenFacts } from '../../../src/access-control/principal.js';
import {
  ReverificationService,
  type LockedMemberships,
} from '../../../src/auth/authorization/reverification.service.js';
import { DatabaseClock } from '../../../src/platform/database/database-clock.service.js';
import { Transactions } from '../../../src/platform/database/transactions.service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const LOCKED = { code: '55P03' };
/** In the guards' words: what became of the credential is nobody's business. */
const INVALID = { code: 'invalid_token', options: { detail: 'The credential is not valid.' } };
const reverification = new ReverificationService(new DatabaseClock());

describe('verifying once more inside a transaction', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let transactions: Transactions;
  const organization = { id: randomUUID(), slug: 'acme', name: 'Acme' };
  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    transactions = new Transactions(dataSource);
    await database.query('INSERT INTO organizations (id, slug, name) VALUES ($1, $2, $3)', Object.values(organization));
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  /** An administrator of the organization, in a session; as the guards would have found them. */
  async function dbSession(): Promise<SessionPrincipal> {
    const [id, username] = [randomUUID(), `a-${randomUUID()}`];
    const user = { id, email: 'a@b.test', name: 'A', username, emailVerified: false };
    const sessionId = randomUUID();
    await database.query(
      `WITH person AS (INSERT INTO users (id, email, email_key, name, username, password_hash)
        VALUES ($1, 'a@b.test', $4, 'A', $4, '')),
      place AS (INSERT INTO memberships (organization_id, user_id, role) VALUES ($3, $1, 'admin'))
      INSERT INTO sessions (id, user_id, family_hash, refresh_hash, expires_at)
      VALUES ($2, $1, sha256('x'), sha256('x'), clock_timestamp() + interval '1 hour')`,
      [id, sessionId, organization.id, username],
    );
    const place = { organizationId: organization.id, organizationSlug: 'acme', organizationSuspended: false };
    return { kind: 'session', sessionId, user, memberships: [{ ...place, role: 'admin', leftAt: null }] };
  }

  async function dbToken(owner: 'user_id' | 'organization_id', ownerId: string): Promise<TokenFacts> {
    const [id, selector] = [randomUUID(), randomUUID()];
    const [row] = await database.query<{ created_at: Date }>(
      `INSERT INTO access_tokens (id, kind, ${owner}, label, scopes, selector, secret_hash, hash_key_version, hint)
      VALUES ($1, $2, $3, 'x', '{tokens:read}', $4, sha256('x'), 'v1', '') RETURNING created_at`,
      [id, owner === 'user_id' ? 'personal' : 'organization', ownerId, selector],
    );
    return { id, selector, scopes: ['tokens:read'], createdAt: row?.created_at ?? new Date(0), expiresAt: null };
  }

  const KINDS: Record<Principal['kind'], () => Promise<Principal>> = {
    session: dbSession,
    'personal-token': async () => {
      const { user, memberships } = await dbSession();
      return { kind: 'personal-token', token: await dbToken('user_id', user.id), user, memberships };
    },
    'organization-token': async () => ({
      kind: 'organization-token',
      token: await dbToken('organization_id', organization.id),
      organization,
    }),
  };
  const kinds = Object.entries(KINDS);

  const hold = (principal: Principal) => transactions.run((tx) => reverification.verifyLocked(tx, principal, 'all'));
  const rowOf = (principal: Principal): [string, string] =>
    principal.kind === 'session' ? ['sessions', principal.sessionId] : ['access_tokens', principal.token.id];

  it.each(kinds)('answers the same for a %s of which nothing has changed', async (_, make) => {
    const principal = await make();

    expect(await hold(principal)).toEqual(principal);
  });

  it('answers the role that is held now, and nothing of what the caller remembers', async () => {
    const principal = await dbSession();
    await database.query(`UPDATE memberships SET role = 'viewer' WHERE user_id = $1`, [principal.user.id]);

    expect(await hold(principal)).toMatchObject({ memberships: [{ role: 'viewer' }] });
  });

  it.each(kinds)('refuses a %s that was revoked in the meantime, or has expired', async (_, make) => {
    for (const end of ['revoked_at', 'expires_at']) {
      const principal = await make();
      const [table, id] = rowOf(principal);
      await database.query(`UPDATE ${table} SET ${end} = clock_timestamp() WHERE id = $1`, [id]);

      await expect(hold(principal)).rejects.toMatchObject(INVALID);
    }
  });

  it.each(kinds)('refuses a %s that is gone', async (_, make) => {
    const principal = await make();
    const [table, id] = rowOf(principal);
    await database.query(`DELETE FROM ${table} WHERE id = $1`, [id]);

    await expect(hold(principal)).rejects.toMatchObject(INVALID);
  });

  it('answers when it was that this member had left this organization, and nobody else, and no other', async () => {
    const [one, other] = [await dbSession(), await dbSession()];
    const left = `INSERT INTO former_memberships (organization_id, user_id, left_at) VALUES ($1, $2, $3)`;
    await database.query(left, [organization.id, other.user.id, '2026-01-01T00:00:00Z']);
    await database.query(left, [randomUUID(), one.user.id, '2026-02-02T00:00:00Z']);
    expect(await hold(one)).toMatchObject({ memberships: [{ leftAt: null }] });

    await database.query(left, [organization.id, one.user.id, '2026-03-03T00:00:00Z']);
    expect(await hold(one)).toMatchObject({ memberships: [{ leftAt: new Date('2026-03-03T00:00:00Z') }] });
  });

  it('refuses who was disabled, or whose organization is suspended, also when no trigger revoked their tokens', async () => {
    const [person, token] = [await dbSession(), await KINDS['organization-token']()];
    const past = (table: string, sql: string) =>
      database.query(`DO $$ BEGIN
        ALTER TABLE ${table} DISABLE TRIGGER USER; UPDATE ${table} SET ${sql}; ALTER TABLE ${table} ENABLE TRIGGER USER;
      END $$`);
    await past('users', `disabled_at = clock_timestamp() WHERE id = '${person.user.id}'`);
    await past('organizations', `suspended_at = clock_timestamp() WHERE id = '${organization.id}'`);

    await expect(hold(person)).rejects.toMatchObject(INVALID);
    await expect(hold(token)).rejects.toMatchObject(INVALID);
    await past('organizations', `suspended_at = NULL WHERE id = '${organization.id}'`);
    expect(await hold(token)).toEqual(token);
  });

  it('refuses a session that is another person’s', async () => {
    const [one, other] = [await dbSession(), await dbSession()];

    await expect(hold({ ...one, user: other.user })).rejects.toMatchObject(INVALID);
  });

  it('refuses a token whose row is of the other kind', async () => {
    const { user, memberships } = await dbSession();
    const token = await dbToken('organization_id', organization.id);

    await expect(hold({ kind: 'personal-token', token, user, memberships })).rejects.toMatchObject(INVALID);
  });

  /** Whether the statement had to wait for the transaction that holds the principal. */
  async function meanwhile(
    principal: Principal,
    sql: string,
    id: string,
    kept: LockedMemberships = 'all',
  ): Promise<unknown> {
    return transactions.run(async (tx) => {
      await reverification.verifyLocked(tx, principal, kept);
      return database
        .query(`DO $$ BEGIN SET LOCAL lock_timeout = '100ms'; ${sql.replace('$1', `'${id}'`)}; END $$`)
        .then(
          () => 'done',
          (error: unknown) => error,
        );
    });
  }

  it.each(kinds)('lets nobody revoke the %s before the transaction ends', async (_, make) => {
    const principal = await make();
    const [table, id] = rowOf(principal);

    const revoke = `UPDATE ${table} SET revoked_at = clock_timestamp() WHERE id = $1`;
    expect(await meanwhile(principal, revoke, id)).toMatchObject(LOCKED);
    await database.query(revoke, [id]);
  });

  it('lets nobody lower a role, or remove the member, before the transaction ends', async () => {
    for (const make of [KINDS.session, KINDS['personal-token']]) {
      const principal = (await make()) as SessionPrincipal;
      for (const sql of [
        `UPDATE memberships SET role = 'viewer' WHERE user_id = $1`,
        'DELETE FROM memberships WHERE user_id = $1',
      ]) {
        expect(await meanwhile(principal, sql, principal.user.id)).toMatchObject(LOCKED);
      }
    }
  });

  it('lets memberships of other organizations change: two owners of two would wait for each other', async () => {
    const principal = await dbSession();
    const there = randomUUID();
    await database.query('INSERT INTO organizations (id, slug, name) VALUES ($1, $2, $2)', [there, `b-${there}`]);
    const join = `INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'admin')`;
    await database.query(join, [there, principal.user.id]);
    const lower = `UPDATE memberships SET role = 'viewer' WHERE organization_id = $1`;

    expect(await meanwhile(principal, lower, organization.id, { organizationId: organization.id })).toMatchObject(
      LOCKED,
    );
    expect(await meanwhile(principal, lower, there, { organizationId: organization.id })).toBe('done');
    expect(await meanwhile(principal, lower, organization.id, 'none')).toBe('done');
  });

  it('holds no rows of anybody else', async () => {
    const [one, other] = [await dbSession(), await dbSession()];
    const revoke = 'UPDATE sessions SET revoked_at = clock_timestamp() WHERE id = $1';

    expect(await meanwhile(one, revoke, other.sessionId)).toBe('done');
    expect(await meanwhile(one, 'DELETE FROM memberships WHERE user_id = $1', other.user.id)).toBe('done');
  });
});
