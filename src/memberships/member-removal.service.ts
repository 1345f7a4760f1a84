/** Ends memberships together with their invitations, and never removes the last owner of an organization. */
import { Injectable } from '@nestjs/common';
import type { Caller } from '../access-control/principal.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AppError } from '../platform/errors/app-error.js';
import { InvitationWithdrawal } from './invitations/invitation-withdrawal.service.js';
import { MembershipsRepository, type MemberRow } from './memberships.repository.js';

@Injectable()
export class MemberRemovalService {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly withdrawal: InvitationWithdrawal,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Locks a user who is about to be deleted, then every organization of the user. The first lock prevents new
   * memberships; the second keeps the other owners in place.
   */
  async lockEverywhere(tx: Tx, userId: string): Promise<void> {
    await this.memberships.lockUserForDeletion(tx, userId);
    await this.memberships.lockOrganizationsOf(tx, userId);
  }

  /**
   * Removes a user who is being deleted from every organization, under the locks of `lockEverywhere`. Throws
   * `last_owner` when an organization would lose its only owner.
   */
  async leaveEverywhere(tx: Tx, caller: Caller, userId: string): Promise<void> {
    const slugs = await this.memberships.listSlugsOwnedAlone(tx, userId);
    if (slugs.length > 0) {
      const detail = `Delete these organizations first, or give them another owner: ${slugs.join(', ')}.`;
      throw new AppError('last_owner', { detail });
    }
    for (const { organizationId, ...member } of await this.memberships.listMembershipsOf(tx, userId)) {
      await this.remove(tx, caller, organizationId, member, 'membership.left');
    }
  }

  /** Ends one membership. The caller has checked under the lock that this is allowed and that an owner remains. */
  async remove(
    tx: Tx,
    caller: Caller,
    organizationId: string,
    { userId, name, role }: Pick<MemberRow, 'userId' | 'name' | 'role'>,
    action: 'membership.left' | 'membership.removed',
  ): Promise<void> {
    await this.withdrawal.withdraw(tx, caller, organizationId, { inviterId: userId, role: null });
    await this.memberships.deleteMembership(tx, organizationId, userId);
    await this.audit.recordIn(tx, organizationId, caller, {
      action,
      target: { kind: 'membership', id: userId, name },
      details: { role },
    });
  }
}
