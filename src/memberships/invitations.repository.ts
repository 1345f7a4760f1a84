import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import type { Tx } from '../database/transactions.js';
import { ROLE_GRANTS, ROLES, type Role } from '../policy/role-grants.js';
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

const INVITING_ROLES = ROLES.filter((role) => ROLE_GRANTS[role].has('members:manage'));

/**
 * One statement decides what is open, for the list and for acceptance alike, so it also holds for authority that was
 * taken away by hand-written SQL. $1: the organization, $2: the roles that may invite.
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
        WHEN u.disabled_at IS NULL AND m.role = ANY($2::text[]) AND (i.role <> 'owner' OR m.role = 'owner') THEN 'open'
        WHEN t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
          AND 'members:manage' = ANY(t.scopes) AND i.role <> 'owner' THEN 'open'
        ELSE 'cancelled'
      END AS status
    FROM invitations i
    LEFT JOIN users u ON u.id = i.invited_by
    LEFT JOIN memberships m ON m.organization_id = i.organization_id AND m.user_id = i.invited_by
    LEFT JOIN access_tokens t ON t.organization_id = i.organization_id AND t.id = i.invited_by_token
    WHERE i.organization_id = $1
  ) AS invitation
  WHERE true`;

@Injectable()
export class InvitationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async findInvitation(tx: Tx, organizationId: string, invitationId: string): Promise<InvitationRow | null> {
    const [row] = await tx.query<InvitationRow[]>(`${INVITATIONS} AND id = $3`, [
      organizationId,
      INVITING_ROLES,
      invitationId,
    ]);
    return row ?? null;
  }

  async findOpenByEmailKey(tx: Tx, organizationId: string, emailKey: string): Promise<InvitationRow | null> {
    const [row] = await tx.query<InvitationRow[]>(`${INVITATIONS} AND "emailKey" = $3 AND status = 'open'`, [
      organizationId,
      INVITING_ROLES,
      emailKey,
    ]);
    return row ?? null;
  }

  /** Newest first, from the invitation `after` on. */
  async listInvitations(
    organizationId: string,
    status: InvitationStatus,
    after: string | null,
    count: number,
  ): Promise<InvitationRow[]> {
    return this.dataSource.query<InvitationRow[]>(
      `${INVITATIONS} AND status = $3 AND ($4::uuid IS NULL OR id < $4) ORDER BY id DESC LIMIT $5`,
      [organizationId, INVITING_ROLES, status, after, count],
    );
  }

  /**
   * The only read without an organization: the secret is what tells which one. What was accepted or cancelled never comes
   * back, so it is not worth a lock; what is found has to be judged again under one.
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

  async insertInvitation(tx: Tx, organizationId: string, invitation: NewInvitation): Promise<void> {
    await tx.insert(Invitation, {
      ...invitation,
      organizationId,
      createdAt: () => 'clock_timestamp()',
      expiresAt: () => `clock_timestamp() + interval '7 days'`,
    });
  }

  /** False when it was accepted or cancelled already. */
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

  /** Makes room for a new invitation of this address; expired ones stand in its way too. */
  async markCancelledByEmailKey(tx: Tx, organizationId: string, emailKey: string): Promise<void> {
    await tx.update(
      Invitation,
      { organizationId, emailKey, acceptedAt: IsNull(), cancelledAt: IsNull() },
      { cancelledAt: () => 'clock_timestamp()' },
    );
  }

  /** Cancels what this inviter could not give with their new role (`null`: none); answers the ones that were open. */
  async markCancelledBeyond(
    tx: Tx,
    organizationId: string,
    inviterId: string,
    role: Role | null,
  ): Promise<Pick<InvitationRow, 'id' | 'email' | 'role'>[]> {
    const mayInvite = role !== null && INVITING_ROLES.includes(role);
    const [rows] = await tx.query<[Pick<InvitationRow, 'id' | 'email' | 'role'>[], number]>(
      `UPDATE invitations SET cancelled_at = clock_timestamp()
      WHERE organization_id = $1 AND invited_by = $2 AND accepted_at IS NULL AND cancelled_at IS NULL
        AND expires_at > clock_timestamp() AND (NOT $3 OR (role = 'owner' AND NOT $4))
      RETURNING id, email, role`,
      [organizationId, inviterId, mayInvite, role === 'owner'],
    );
    return rows;
  }
}
