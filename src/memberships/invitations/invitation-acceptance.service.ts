/**
 * Accepts an invitation: creates the membership. Every refusal is the same 404, so that a link does not reveal whether
 * it was valid, was used, or belongs to another address.
 */
import { Injectable } from '@nestjs/common';
import { userOf, type Caller } from '../../access-control/principal.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { AuthorizedTransaction } from '../../auth/authorization/authorized-transaction.service.js';
import { lockOrganization, type LockedOrganization } from '../../auth/authorization/row-locks.js';
import { hashOpaqueSecret } from '../../credentials/opaque-secret.js';
import type { Tx } from '../../platform/database/transactions.service.js';
import { AppError, notFound } from '../../platform/errors/app-error.js';
import { emailKey, isSameMailbox } from '../../users/email-key.js';
import { UsersService } from '../../users/users.service.js';
import { presentJoined, type JoinedResponse } from '../dto/memberships.responses.js';
import { MembershipsRepository, type UserRow } from '../memberships.repository.js';
import { InvitationsRepository, type InvitationRow } from './invitations.repository.js';

interface LockedInvitation {
  readonly organization: LockedOrganization;
  readonly invitationId: string;
}

@Injectable()
export class InvitationAcceptance {
  constructor(
    private readonly authorized: AuthorizedTransaction,
    private readonly invitations: InvitationsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly users: UsersService,
    private readonly audit: AuditTrail,
  ) {}

  /** Parallel acceptance and cancelling are tested by test/guarantees/races/invitation-races.spec.ts. */
  async accept(caller: Caller, secret: string): Promise<JoinedResponse> {
    const user = userOf(caller.principal);
    if (!user) throw notFound();
    let locked: LockedInvitation | undefined;
    const lock = async (tx: Tx): Promise<void> => {
      locked = await this.lockInvitation(tx, secret);
    };
    const need = { owner: { kind: 'user', userId: user.id }, permission: 'user:manage', lock } as const;
    return this.authorized.run(need, caller, async ({ tx }) => {
      if (!locked) throw notFound();
      const { organization } = locked;
      const invitee = await this.lockInvitee(tx, user.id);
      const invitation = await this.getOpen(tx, organization.id, locked.invitationId, invitee);
      if (await this.memberships.findRole(tx, organization.id, invitee.id)) {
        throw new AppError('already_member', { detail: 'You are a member of this organization already.' });
      }
      if (!(await this.invitations.markAccepted(tx, organization.id, invitation.id))) throw notFound();
      await this.memberships.insertMembership(tx, organization.id, invitee.id, invitation.role);
      await this.audit.recordIn(tx, organization.id, caller, {
        action: 'invitation.accepted',
        target: { kind: 'invitation', id: invitation.id, name: invitation.email },
        details: { email: invitation.email, role: invitation.role },
      });
      await this.verifyAddress(tx, caller, invitee, invitation);
      const member = await this.memberships.findMember(tx, organization.id, invitee.id);
      if (!member) throw new Error('the membership just inserted is not there');
      return presentJoined(organization, member);
    });
  }

  /** Locks the invitation and its organization. Returns `undefined` when no invitation has this secret. */
  private async lockInvitation(tx: Tx, secret: string): Promise<LockedInvitation | undefined> {
    const found = await this.invitations.findBySecretHash(tx, hashOpaqueSecret(secret));
    const organization = found && (await lockOrganization(tx, found.organizationId));
    if (!organization) return undefined;
    await this.invitations.lockInvitation(tx, organization.id, found.id);
    return { organization, invitationId: found.id };
  }

  private async lockInvitee(tx: Tx, userId: string): Promise<UserRow> {
    const invitee = await this.memberships.lockUser(tx, userId);
    if (!invitee) throw notFound();
    return invitee;
  }

  /** Returns the open invitation of this invitee. An invitation is open only while its inviter may still invite. */
  private async getOpen(tx: Tx, organizationId: string, id: string, invitee: UserRow): Promise<InvitationRow> {
    const invitation = await this.invitations.findInvitation(tx, organizationId, id);
    if (invitation?.status !== 'open' || invitation.emailKey !== emailKey(invitee.email)) throw notFound();
    return invitation;
  }

  /**
   * Marks the account's email address as verified when the invitation went to the same mailbox. The invitation's
   * address may differ from the account's.
   */
  private async verifyAddress(tx: Tx, caller: Caller, invitee: UserRow, { email }: InvitationRow): Promise<void> {
    if (!isSameMailbox(invitee.email, email)) return;
    await this.users.verifyEmail(tx, invitee, caller, { isOwner: true });
  }
}
