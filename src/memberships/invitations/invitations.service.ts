/** Invitations by mail. The secret is in the mail only; the table stores its hash. */
import { Injectable } from '@nestjs/common';
import { userOf, type Caller } from '../../access-control/principal.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import {
  AuthorizedTransaction,
  type AuthorizedWriteIn,
} from '../../auth/authorization/authorized-transaction.service.js';
import { generateOpaqueSecret, hashOpaqueSecret } from '../../credentials/opaque-secret.js';
import { newListedId } from '../../platform/database/database-ids.js';
import { isId } from '../../platform/database/ids.js';
import { AppError, notFound } from '../../platform/errors/app-error.js';
import { decodeCursor, pageOf, type Page } from '../../platform/http/pagination.js';
import { emailKey } from '../../users/email-key.js';
import type { InviteRequest, ListInvitationsQuery } from '../dto/invitations.requests.js';
import { presentInvitation, type InvitationResponse } from '../dto/invitations.responses.js';
import { RoleRules } from '../role-rules.js';
import { InvitationLimits } from './invitation-limits.service.js';
import { InvitationMails } from './invitation-mails.service.js';
import { InvitationsRepository, type InvitationRow, type NewInvitation } from './invitations.repository.js';

/** After that an invitation cannot be accepted. */
const LIFETIME_DAYS = 7;

@Injectable()
export class InvitationsService {
  constructor(
    private readonly authorized: AuthorizedTransaction,
    private readonly invitations: InvitationsRepository,
    private readonly mails: InvitationMails,
    private readonly gate: InvitationLimits,
    private readonly audit: AuditTrail,
  ) {}

  async list(
    organizationId: string,
    { status, limit, cursor }: ListInvitationsQuery,
  ): Promise<Page<InvitationResponse>> {
    const after = decodeCursor(cursor, [isId])?.[0] ?? null;
    const rows = await this.invitations.listInvitations(organizationId, status, after, limit + 1);
    return pageOf(rows, limit, (row) => [row.id], presentInvitation);
  }

  /** Invites an address. A repeated invitation replaces the earlier one, whose link stops working. */
  async invite(caller: Caller, organizationId: string, { email, role }: InviteRequest): Promise<InvitationResponse> {
    await this.gate.admit(caller, organizationId, email);
    try {
      const need = { permission: 'members:manage' } as const;
      return await this.authorized.runIn(organizationId, need, caller, async (write) => {
        RoleRules.of(write).ensureMayGive(role);
        const key = emailKey(email);
        if (await this.invitations.hasMemberWithEmailKey(write.tx, organizationId, key)) {
          throw new AppError('already_member', { detail: 'Somebody with this address is a member already.' });
        }
        await this.makeRoom(write, caller, key);
        const invitation = await this.insertAndMail(write, caller, { email, emailKey: key, role });
        await this.record(write, caller, 'invitation.created', invitation);
        return presentInvitation(invitation);
      });
    } catch (error) {
      await this.gate.refund(caller, organizationId, email);
      throw error;
    }
  }

  /**
   * Cancels an invitation. Idempotent: a cancelled or expired one stays as it is. An accepted one is a membership and
   * gives 404.
   */
  async cancel(caller: Caller, organizationId: string, invitationId: string): Promise<void> {
    const need = { permission: 'members:manage' } as const;
    await this.authorized.runIn(organizationId, need, caller, async (write) => {
      const invitation = await this.getInvitation(write, invitationId);
      RoleRules.of(write).ensureMayChange(invitation.role);
      if (invitation.status === 'accepted') {
        throw new AppError('conflict', { detail: 'The invitation was accepted; remove the member instead.' });
      }
      await this.invitations.markCancelled(write.tx, organizationId, invitation.id);
      if (invitation.status === 'open') await this.record(write, caller, 'invitation.cancelled', invitation);
    });
  }

  private async makeRoom(write: AuthorizedWriteIn, caller: Caller, key: string): Promise<void> {
    await this.invitations.lockByEmailKey(write.tx, write.organization.id, key);
    const open = await this.invitations.findOpenByEmailKey(write.tx, write.organization.id, key);
    if (open) {
      RoleRules.of(write).ensureMayChange(open.role);
      await this.record(write, caller, 'invitation.cancelled', open, 'renewed');
    }
    await this.invitations.markCancelledByEmailKey(write.tx, write.organization.id, key);
  }

  private async insertAndMail(
    write: AuthorizedWriteIn,
    { principal }: Caller,
    invited: Pick<NewInvitation, 'email' | 'emailKey' | 'role'>,
  ): Promise<InvitationRow> {
    const secret = generateOpaqueSecret();
    const id = await newListedId(write.tx);
    await this.invitations.insertInvitation(write.tx, write.organization.id, {
      ...invited,
      id,
      secretHash: hashOpaqueSecret(secret),
      lifetimeDays: LIFETIME_DAYS,
      invitedBy: userOf(principal)?.id ?? null,
      invitedByToken: principal.kind === 'organization-token' ? principal.token.id : null,
    });
    const invitation = await this.getInvitation(write, id);
    await this.mails.send(write.tx, { invitation, secret, organization: write.organization });
    return invitation;
  }

  private async getInvitation({ tx, organization }: AuthorizedWriteIn, invitationId: string): Promise<InvitationRow> {
    const known = isId(invitationId);
    if (known) await this.invitations.lockInvitation(tx, organization.id, invitationId);
    const invitation = known ? await this.invitations.findInvitation(tx, organization.id, invitationId) : null;
    if (!invitation) throw notFound();
    return invitation;
  }

  private async record(
    { tx, organization }: AuthorizedWriteIn,
    caller: Caller,
    action: 'invitation.created' | 'invitation.cancelled',
    { id, email, role }: InvitationRow,
    reason?: string,
  ): Promise<void> {
    const target = { kind: 'invitation' as const, id, name: email };
    await this.audit.recordIn(tx, organization.id, caller, { action, target, details: { email, role, reason } });
  }
}
