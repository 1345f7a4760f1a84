/** Withdraws invitations whose inviter loses the right to invite, in the same transaction. */
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access-control/principal.js';
import type { Role } from '../../access-control/role-grants.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import type { Tx } from '../../platform/database/transactions.service.js';
import { InvitationsRepository } from './invitations.repository.js';

@Injectable()
export class InvitationWithdrawal {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** Cancels the open invitations whose role the inviter could not give with the new role; `null` is no role at all. */
  async withdraw(
    tx: Tx,
    caller: Caller,
    organizationId: string,
    { inviterId, role }: { inviterId: string; role: Role | null },
  ): Promise<void> {
    const cancelled = await this.invitations.markCancelledBeyond(tx, organizationId, inviterId, role);
    for (const invitation of cancelled) {
      await this.audit.recordIn(tx, organizationId, caller, {
        action: 'invitation.cancelled',
        target: { kind: 'invitation', id: invitation.id, name: invitation.email },
        details: { email: invitation.email, role: invitation.role, reason: 'inviter lost the right to invite' },
      });
    }
  }
}
