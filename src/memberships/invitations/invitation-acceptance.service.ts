/**
 * From an invitation to a membership. Every reason to refuse gives the same 404, so that a link tells nobody whether it
 * was ever good, was used, or belongs to another address.
 */
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { hashOpaqueSecret } from '../../credentials/opaque-secret.js';
import { userOf, type Caller } from '../../access-control/principal.js';
import type { Tx } from '../../platform/database/transactions.service.js';
import { AppError, notFound } from '../../platform/errors/app-error.js';
import { lockOrganization, type LockedOrganization } from '../../auth/authorization/row-locks.js';
import { AuthorizedTransaction } from '../../auth/authorization/authorized-transaction.service.js';
import { emailKey, isSameMailbox } from '../../users/email-key.js';
import { UsersService } from '../../users/users.service.js';
import { presentJoined, type JoinedResponse } from '../dto/memberships.responses.js';
import { InvitationsRepository, type InvitationRow } from './invitations.repository.js';
import { MembershipsRepository, type UserRow } from '../memberships.repository.js';

interface Place {
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

  /** Held against parallel use and cancelling by test/guarantees/races/invitation-races.spec.ts. */
  async accept(caller: Caller, secret: string): Promise<JoinedResponse> {
    const user = userOf(caller.principal);
    if (!user) throw notFound();
    let place: Place | undefined;
    const lock = async (tx: Tx): Promise<void> => {
      place = await this.lockPlace(tx, secret);
    };
    const need = { owner: { kind: 'user', userId: user.id }, permission: 'user:manage', lock } as const;
    return this.authorized.run(need, caller, async ({ tx }) => {
      if (!place) throw notFound();
      const { organization } = place;
      const invitee = await this.lockInvitee(tx, user.id);
      const invitation = await this.getOpen(tx, organization.id, place.invitationId, invitee);
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
      await this.proveAddress(tx, caller, invitee, invitation);
      const member = await this.memberships.findMember(tx, organization.id, invitee.id);
      if (!member) throw new Error('the membership just inserted is not there');
      return presentJoined(organization, member);
    });
  }

  /** The invitation's organization, locked, and its id; `undefined` for a secret that opens nothing. */
  private async lockPlace(tx: Tx, secret: string): Promise<Place | undefined> {
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

  /** Whether the inviter may still invite is part of what makes an invitation open. */
  private async getOpen(tx: Tx, organizationId: string, id: string, invitee: UserRow): Promise<InvitationRow> {
    const invitation = await this.invitations.findInvitation(tx, organizationId, id);
    if (invitation?.status !== 'open' || invitation.emailKey !== emailKey(invitee.email)) throw notFound();
    return invitation;
  }

  /** Who holds the mailed secret reads the mailbox it was sent to, which need not be the account's own. */
  private async proveAddress(tx: Tx, caller: Caller, invitee: UserRow, { email }: InvitationRow): Promise<void> {
    if (!isSameMailbox(invitee.email, email)) return;
    await this.users.proveEmail(tx, invitee, caller, { isOwner: true });
  }
}
