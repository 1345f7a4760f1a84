import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Role } from '../access-control/role-grants.js';
import { micros, sortable } from '../platform/database/instants.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { Membership } from './membership.entity.js';

export interface MemberRow {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly joinedAt: Date;
  /** `joinedAt` in microseconds since 1970: a Date would lose the precision by which PostgreSQL sorts. */
  readonly joinedAtMicros: string;
}

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

const JOINED = sortable('m.joined_at');

const MEMBER = `
  SELECT m.user_id AS "userId", u.email, u.name, m.role, m.joined_at AS "joinedAt",
    ${micros(JOINED)} AS "joinedAtMicros"
  FROM memberships m JOIN users u ON u.id = m.user_id
  WHERE m.organization_id = $1`;

/** Condition for another owner. Owners disabled by an operator cannot act, so they do not count. */
const OTHER_OWNER = `
  SELECT 1 FROM memberships o JOIN users p ON p.id = o.user_id AND p.disabled_at IS NULL
  WHERE o.role = 'owner'`;

@Injectable()
export class MembershipsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async findRole(tx: Tx, organizationId: string, userId: string): Promise<Role | null> {
    const membership = await tx.findOneBy(Membership, { organizationId, userId });
    return membership?.role ?? null;
  }

  /** Locks the membership's row, if there is one, until the transaction ends. */
  async lockMembership(tx: Tx, organizationId: string, userId: string): Promise<void> {
    await tx.query('SELECT 1 FROM memberships WHERE organization_id = $1 AND user_id = $2 FOR UPDATE', [
      organizationId,
      userId,
    ]);
  }

  async findMember(tx: Tx, organizationId: string, userId: string): Promise<MemberRow | null> {
    const [row] = await tx.query<MemberRow[]>(`${MEMBER} AND m.user_id = $2`, [organizationId, userId]);
    return row ?? null;
  }

  /** Lists members newest first, starting after [joinedAtMicros, userId]. */
  async listMembers(organizationId: string, after: readonly string[] | null, count: number): Promise<MemberRow[]> {
    return this.dataSource.query<MemberRow[]>(
      `${MEMBER} AND ($2::bigint IS NULL
        OR (${JOINED}, m.user_id) < ('epoch'::timestamptz + $2::bigint * interval '1 microsecond', $3::uuid))
      ORDER BY ${JOINED} DESC, m.user_id DESC LIMIT $4`,
      [organizationId, after?.[0] ?? null, after?.[1] ?? null, count],
    );
  }

  async hasOtherOwner(tx: Tx, organizationId: string, userId: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>(`${OTHER_OWNER} AND o.organization_id = $1 AND o.user_id <> $2 LIMIT 1`, [
      organizationId,
      userId,
    ]);
    return rows.length > 0;
  }

  async insertMembership(tx: Tx, organizationId: string, userId: string, role: Role): Promise<void> {
    await tx.insert(Membership, { organizationId, userId, role, joinedAt: () => 'clock_timestamp()' });
  }

  async updateRole(tx: Tx, organizationId: string, userId: string, role: Role): Promise<void> {
    await tx.update(Membership, { organizationId, userId }, { role });
  }

  async deleteMembership(tx: Tx, organizationId: string, userId: string): Promise<void> {
    await tx.delete(Membership, { organizationId, userId });
  }

  async countOwned(tx: Tx, userId: string): Promise<number> {
    return tx.countBy(Membership, { userId, role: 'owner' });
  }

  /** Locks the user's row against deletion, and against concurrent foundings and acceptances by the same user. */
  async lockUser(tx: Tx, userId: string): Promise<UserRow | null> {
    const [row] = await tx.query<UserRow[]>('SELECT id, email, name FROM users WHERE id = $1 FOR NO KEY UPDATE', [
      userId,
    ]);
    return row ?? null;
  }

  /** Takes the strongest row lock: no membership of this user can be inserted meanwhile. */
  async lockUserForDeletion(tx: Tx, userId: string): Promise<void> {
    await tx.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [userId]);
  }

  /** Locks every organization of the user, suspended ones too, in the order of ids. All code locks in that order. */
  async lockOrganizationsOf(tx: Tx, userId: string): Promise<void> {
    await tx.query(
      `SELECT 1 FROM organizations WHERE id IN (SELECT organization_id FROM memberships WHERE user_id = $1)
      ORDER BY id FOR UPDATE`,
      [userId],
    );
  }

  async listMembershipsOf(
    tx: Tx,
    userId: string,
  ): Promise<(Pick<MemberRow, 'userId' | 'name' | 'role'> & { readonly organizationId: string })[]> {
    return tx.query(
      `SELECT m.organization_id AS "organizationId", m.user_id AS "userId", u.name, m.role
      FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.user_id = $1 ORDER BY m.organization_id`,
      [userId],
    );
  }

  async listSlugsOwnedAlone(tx: Tx, userId: string): Promise<string[]> {
    const rows = await tx.query<{ slug: string }[]>(
      `SELECT g.slug FROM memberships m JOIN organizations g ON g.id = m.organization_id
      WHERE m.user_id = $1 AND m.role = 'owner' AND NOT EXISTS (
        ${OTHER_OWNER} AND o.organization_id = m.organization_id AND o.user_id <> m.user_id)
      ORDER BY g.slug`,
      [userId],
    );
    return rows.map(({ slug }) => slug);
  }
}
