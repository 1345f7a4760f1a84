import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { can } from '../../access-control/ability.js';
import { firstLacking, ROLE_GRANTS, ROLES, type Role } from '../../access-control/role-grants.js';
import { returned } from '../../platform/database/statements.js';
import type { Tx } from '../../platform/database/transactions.service.js';
import { Invitation } from './invitation.entity.js';

export const INVITATION_STATUSES = ['open', 'accepted', 'cancelled', 'expired'] as const;
export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

export interface InvitationRow {
  readonly id: string;
  readonly email: string;
  readonly emailKey: string;
  readonly role: Role;
  readonly inviterId: string | null;
  readonly inviterName: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly status: InvitationStatus;
}

export type NewInvitation = Pick<
  Invitation,
  'id' | 'email' | 'emailKey' | 'role' | 'secretHash' | 'invitedBy' | 'invitedByToken'
>;

/** Roles that a member of role `by` may give: none without `members:manage`, and no role with more permissions. */
function rolesGivenBy(by: Role): Role[] {
  const permissions = ROLE_GRANTS[by];
  if (!can(permissions, 'members:manage')) return [];
  return ROLES.filter((role) => firstLacking(role, permissions) === undefined);
}

/** Permissions that an inviter must have for each role, as `VALUES` rows of the statement below. */
const REQUIRED_PERMISSIONS = ROLES.map((role) => {
  const givers = ROLES.filter((by) => rolesGivenBy(by).includes(role));
  return `(${literal(role)}, ${literals(givers)}, ${literals(['members:manage', ...ROLE_GRANTS[role]])})`;
}).join(', ');

function literals(texts: readonly string[]): string {
  return `ARRAY[${texts.map(literal).join(', ')}]::text[]`;
}

/** Quotes a literal. Only for constants of this code: it escapes nothing. */
function literal(word: string): string {
  return `'${word}'`;
}

/**
 * Invitations with their status, in one statement for lists and for acceptance. The inviter must be able to give the
 * role now, so rights removed by hand-written SQL count as well. $1: the organization.
 */
const INVITATIONS = `
  SELECT * FROM (
    SELECT i.id, i.email, i.email_key AS "emailKey", i.role, u.id AS "inviterId", u.name AS "inviterName",
      i.created_at AS "createdAt", i.expires_at AS "expiresAt",
      CASE
        WHEN i.accepted_at IS NOT NULL THEN 'accepted'
        WHEN i.cancelled_at < i.expires_at THEN 'cancelled'
        WHEN i.expires_at <= clock_timestamp() THEN 'expired'
        -- Also by a clock that has stepped back since, or for a time to come: the deed is done.
        WHEN i.cancelled_at IS NOT NULL THEN 'cancelled'
        WHEN u.disabled_at IS NULL AND m.role = ANY(needed.givers) THEN 'open'
        WHEN t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
          AND t.scopes @> needed.scopes THEN 'open'
        ELSE 'cancelled'
      END AS status
    FROM invitations i
    JOIN (VALUES ${REQUIRED_PERMISSIONS}) AS needed (role, givers, scopes) ON needed.role = i.role
    LEFT JOIN users u ON u.id = i.invited_by
    LEFT JOIN memberships m ON m.organization_id = i.organization_id AND m.user_id = i.invited_by
    LEFT JOIN access_tokens t ON t.organization_id = i.organization_id AND t.id = i.invited_by_token
    WHERE i.organization_id = $1
  ) AS invitation
  WHERE true`;

@Injectable()
export class InvitationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Locks the invitation's row, if there is one, until the transaction ends. */
  async lockInvitation(tx: Tx, organizationId: string, invitationId: string): Promise<void> {
    await tx.query('SELECT 1 FROM invitations WHERE organization_id = $1 AND id = $2 FOR UPDATE', [
      organizationId,
      invitationId,
    ]);
  }

  /** Locks the invitations of an address that would conflict with a new one. */
  async lockByEmailKey(tx: Tx, organizationId: string, emailKey: string): Promise<void> {
    await tx.query(
      `SELECT 1 FROM invitations WHERE organization_id = $1 AND email_key = $2 AND accepted_at IS NULL
        AND cancelled_at IS NULL ORDER BY id FOR UPDATE`,
      [organizationId, emailKey],
    );
  }

  async findInvitation(tx: Tx, organizationId: string, invitationId: string): Promise<InvitationRow | null> {
    const [row] = await tx.query<InvitationRow[]>(`${INVITATIONS} AND id = $2`, [organizationId, invitationId]);
    return row ?? null;
  }

  async findOpenByEmailKey(tx: Tx, organizationId: string, emailKey: string): Promise<InvitationRow | null> {
    const [row] = await tx.query<InvitationRow[]>(`${INVITATIONS} AND "emailKey" = $2 AND status = 'open'`, [
      organizationId,
      emailKey,
    ]);
    return row ?? null;
  }

  /** Whether the invitation could be accepted now. */
  async isOpen(invitationId: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `${INVITATIONS.replace('$1', '(SELECT organization_id FROM invitations WHERE id = $1)')} AND id = $1
      AND status = 'open'`,
      [invitationId],
    );
    return rows.length > 0;
  }

  /** Lists invitations newest first, starting after the invitation `after`. */
  async listInvitations(
    organizationId: string,
    status: InvitationStatus,
    after: string | null,
    count: number,
  ): Promise<InvitationRow[]> {
    return this.dataSource.query<InvitationRow[]>(
      `${INVITATIONS} AND status = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
      [organizationId, status, after, count],
    );
  }

  /**
   * Finds an invitation by its secret, the only read without an organization. No lock is needed, because accepted and
   * cancelled invitations never reopen. The caller has to check the result again under the lock.
   */
  async findBySecretHash(tx: Tx, secretHash: Buffer): Promise<{ id: string; organizationId: string } | null> {
    return tx.findOne(Invitation, {
      select: { id: true, organizationId: true },
      where: { secretHash, acceptedAt: IsNull(), cancelledAt: IsNull() },
    });
  }

  async hasMemberWithEmailKey(tx: Tx, organizationId: string, emailKey: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id
      WHERE m.organization_id = $1 AND u.email_key = $2`,
      [organizationId, emailKey],
    );
    return rows.length > 0;
  }

  async insertInvitation(
    tx: Tx,
    organizationId: string,
    { lifetimeDays, ...invitation }: NewInvitation & { lifetimeDays: number },
  ): Promise<void> {
    await tx.insert(Invitation, {
      ...invitation,
      organizationId,
      createdAt: () => 'clock_timestamp()',
      expiresAt: () => `clock_timestamp() + interval '${String(lifetimeDays)} days'`,
    });
  }

  /** Returns false when the invitation was accepted or cancelled before. */
  async markAccepted(tx: Tx, organizationId: string, invitationId: string): Promise<boolean> {
    const { affected } = await tx.update(
      Invitation,
      { id: invitationId, organizationId, acceptedAt: IsNull(), cancelledAt: IsNull() },
      { acceptedAt: () => 'clock_timestamp()' },
    );
    return affected === 1;
  }

  async markCancelled(tx: Tx, organizationId: string, invitationId: string): Promise<void> {
    await tx.update(
      Invitation,
      { id: invitationId, organizationId, acceptedAt: IsNull(), cancelledAt: IsNull() },
      { cancelledAt: () => 'clock_timestamp()' },
    );
  }

  /** Cancels earlier invitations of this address, expired ones too, which would conflict with a new one. */
  async markCancelledByEmailKey(tx: Tx, organizationId: string, emailKey: string): Promise<void> {
    await tx.update(
      Invitation,
      { organizationId, emailKey, acceptedAt: IsNull(), cancelledAt: IsNull() },
      { cancelledAt: () => 'clock_timestamp()' },
    );
  }

  /**
   * Cancels the invitations that the inviter could not give with the new role (`null`: none). Returns the ones that
   * were open.
   */
  async markCancelledBeyond(
    tx: Tx,
    organizationId: string,
    inviterId: string,
    role: Role | null,
  ): Promise<Pick<InvitationRow, 'id' | 'email' | 'role'>[]> {
    const rows = await returned<Pick<InvitationRow, 'id' | 'email' | 'role'>>(
      tx,
      `UPDATE invitations SET cancelled_at = clock_timestamp()
      WHERE organization_id = $1 AND invited_by = $2 AND accepted_at IS NULL AND cancelled_at IS NULL
        AND expires_at > clock_timestamp() AND role <> ALL($3::text[])
      RETURNING id, email, role`,
      [organizationId, inviterId, role === null ? [] : rolesGivenBy(role)],
    );
    return rows;
  }
}
