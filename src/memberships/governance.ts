/**
 * Every change of who may do what in an organization runs here: under the organization's lock, with the caller's role
 * as it is then. The guard's facts may be a moment old, and in that moment the caller may have been demoted.
 */
import { Injectable } from '@nestjs/common';
import { RefusalsService } from '../audit/refusals.service.js';
import { userOf, type Caller, type Principal } from '../auth/principal.js';
import { Transactions, type Tx } from '../database/transactions.js';
import { notFound } from '../errors/app-error.js';
import { lockOrganization, type LockedOrganization } from '../organizations/lock-organization.js';
import { accessTo, type OrganizationAccess } from '../policy/effective-permissions.js';
import type { Permission } from '../policy/permissions.js';
import { isRefusal } from '../policy/policy.guard.js';
import type { Role } from '../policy/role-grants.js';
import { MembershipsRepository } from './memberships.repository.js';
import { Standing } from './standing.js';

/** One act in a locked organization. */
export interface Act {
  readonly tx: Tx;
  readonly organization: LockedOrganization;
  readonly standing: Standing;
}

@Injectable()
export class Governance {
  constructor(
    private readonly transactions: Transactions,
    private readonly memberships: MembershipsRepository,
    private readonly refusals: RefusalsService,
  ) {}

  /** Runs the work if the caller holds the permission now. A refusal undoes the work and is recorded on its own. */
  async act<T>(
    caller: Caller,
    organizationId: string,
    permission: Permission,
    work: (act: Act) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.transactions.run(async (tx) => {
        const organization = await lockOrganization(tx, organizationId);
        const standing = await this.standingOf(tx, organizationId, caller.principal);
        standing.demand(permission);
        return work({ tx, organization, standing });
      });
    } catch (error) {
      if (isRefusal(error)) await this.refusals.record({ permission, caller, organizationId });
      throw error;
    }
  }

  private async standingOf(tx: Tx, organizationId: string, principal: Principal): Promise<Standing> {
    const user = userOf(principal);
    const role = user && (await this.memberships.findRole(tx, organizationId, user.id));
    const access = user && !role ? null : accessAs(principal, organizationId, role);
    if (!access) throw notFound();
    return new Standing(principal, access);
  }
}

function accessAs(principal: Principal, organizationId: string, role: Role | null): OrganizationAccess | null {
  if (principal.kind === 'organization-token' || role === null) return accessTo(principal, organizationId);
  const memberships = principal.memberships.map((each) =>
    each.organizationId === organizationId ? { ...each, role } : each,
  );
  return accessTo({ ...principal, memberships }, organizationId);
}
