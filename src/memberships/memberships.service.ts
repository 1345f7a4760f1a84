/**
 * Members of an organization and their roles. Every change runs under the organization's lock
 * (auth/authorization/authorized-transaction.service.ts).
 */
import { Injectable } from '@nestjs/common';
import { userOf, type Caller } from '../access-control/principal.js';
import type { Role } from '../access-control/role-grants.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import { AuthorizedTransaction } from '../auth/authorization/authorized-transaction.service.js';
import { isId } from '../platform/database/ids.js';
import type { Tx } from '../platform/database/transactions.service.js';
import { AppError, notFound } from '../platform/errors/app-error.js';
import { decodeCursor, pageOf, type Page, type PageQuery } from '../platform/http/pagination.js';
import { presentMember, type MemberResponse } from './dto/memberships.responses.js';
import { InvitationWithdrawal } from './invitations/invitation-withdrawal.service.js';
import { MemberRemovalService } from './member-removal.service.js';
import { MembershipsRepository, type MemberRow } from './memberships.repository.js';
import { RoleRules } from './role-rules.js';

/** 16 digits are enough for dates until 2286 and always fit a bigint. */
const isMicros = (part: string): boolean => /^\d{1,16}$/.test(part);

@Injectable()
export class MembershipsService {
  constructor(
    private readonly authorized: AuthorizedTransaction,
    private readonly memberships: MembershipsRepository,
    private readonly removal: MemberRemovalService,
    private readonly withdrawal: InvitationWithdrawal,
    private readonly audit: AuditTrail,
  ) {}

  async list(organizationId: string, { limit, cursor }: PageQuery): Promise<Page<MemberResponse>> {
    const after = decodeCursor(cursor, [isMicros, isId]);
    const rows = await this.memberships.listMembers(organizationId, after, limit + 1);
    return pageOf(rows, limit, (row) => [row.joinedAtMicros, row.userId], presentMember);
  }

  /** The number of organizations that the user owns. */
  async countOwned(tx: Tx, userId: string): Promise<number> {
    return this.memberships.countOwned(tx, userId);
  }

  /** Makes the founder the first owner of a new organization. */
  async enrolFounder(tx: Tx, organizationId: string, userId: string): Promise<void> {
    await this.memberships.insertMembership(tx, organizationId, userId, 'owner');
  }

  async changeRole(caller: Caller, organizationId: string, userId: string, role: Role): Promise<MemberResponse> {
    const lock = (tx: Tx): Promise<void> => this.lockMember(tx, organizationId, userId);
    const need = { permission: 'members:manage', lock } as const;
    return this.authorized.runIn(organizationId, need, caller, async ({ tx, ...write }) => {
      const rules = RoleRules.of(write);
      rules.ensureMayGive(role);
      const member = await this.getMember(tx, organizationId, userId);
      rules.ensureMayChange(member.role);
      if (member.role === role) return presentMember(member);
      await this.ensureAnotherOwner(tx, organizationId, member);
      await this.memberships.updateRole(tx, organizationId, member.userId, role);
      await this.withdrawal.withdraw(tx, caller, organizationId, { inviterId: member.userId, role });
      await this.audit.recordIn(tx, organizationId, caller, {
        action: 'membership.role_changed',
        target: { kind: 'membership', id: member.userId, name: member.name },
        details: { from: member.role, to: role },
      });
      return presentMember({ ...member, role });
    });
  }

  /**
   * Ends a membership. In a session every member may end their own. A token needs `members:manage` for its user's
   * membership too: a leaked read-only token must not cost a membership.
   */
  async remove(caller: Caller, organizationId: string, userId: string): Promise<void> {
    const leaves = userOf(caller.principal)?.id === userId.toLowerCase();
    const permission = leaves && caller.principal.kind === 'session' ? 'organization:read' : 'members:manage';
    const lock = (tx: Tx): Promise<void> => this.lockMember(tx, organizationId, userId);
    await this.authorized.runIn(organizationId, { permission, lock }, caller, async ({ tx, ...write }) => {
      const member = await this.getMember(tx, organizationId, userId);
      RoleRules.of(write).ensureMayChange(member.role);
      await this.ensureAnotherOwner(tx, organizationId, member);
      const action = leaves ? 'membership.left' : 'membership.removed';
      await this.removal.remove(tx, caller, organizationId, member, action);
    });
  }

  /**
   * Locks the member's row: a concurrent statement from outside the service may be changing the role, and an owner
   * needs the checks for owners.
   */
  private async lockMember(tx: Tx, organizationId: string, userId: string): Promise<void> {
    if (isId(userId)) await this.memberships.lockMembership(tx, organizationId, userId);
  }

  private async getMember(tx: Tx, organizationId: string, userId: string): Promise<MemberRow> {
    const member = isId(userId) ? await this.memberships.findMember(tx, organizationId, userId) : null;
    if (!member) throw notFound();
    return member;
  }

  /** Throws `last_owner`. Tested by test/guarantees/races/owner-races.spec.ts. */
  private async ensureAnotherOwner(tx: Tx, organizationId: string, { userId, role }: MemberRow): Promise<void> {
    if (role !== 'owner' || (await this.memberships.hasOtherOwner(tx, organizationId, userId))) return;
    throw new AppError('last_owner', { detail: 'Make somebody else an owner first, or delete the organization.' });
  }
}
