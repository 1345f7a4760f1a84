/**
 * Writes of authority, under their owner's lock. The guards' facts are a moment old when a write begins, and the write
 * may then wait long for a lock. Under the lock the whole credential is verified and the permission checked again. A
 * credential whose revocation was acknowledged writes nothing later (tested by
 * test/guarantees/authorization/second-look.spec.ts).
 */
import { Injectable } from '@nestjs/common';
import { can } from '../../access-control/ability.js';
import { accessTo, ownPermissions, type OrganizationAccess } from '../../access-control/effective-permissions.js';
import { ownerColumns, type Owner, type OwnerNeed } from '../../access-control/owner.js';
import { SELF_PERMISSIONS, type Permission } from '../../access-control/permissions.js';
import { userOf, type Caller, type Principal } from '../../access-control/principal.js';
import { lacking, refusedPermission } from '../../access-control/refused-permissions.js';
import { RefusalsService } from '../../audit/refusals.service.js';
import { Transactions, type Tx } from '../../platform/database/transactions.service.js';
import { notFound } from '../../platform/errors/app-error.js';
import { ReverificationService, type LockedMemberships } from './reverification.service.js';
import { lockOrganization, type LockedOrganization } from './row-locks.js';

export interface Need extends OwnerNeed {
  /** Further locks that the write needs before the caller is verified, in the order of `lockOrganization`. */
  readonly lock?: (tx: Tx) => Promise<unknown>;
  /** Whether a user's permission to grant depends on all their roles, as for a personal token. */
  readonly dependsOnAllRoles?: boolean;
}

/** One write, by a caller who stays authorized until the transaction ends. */
export interface AuthorizedWrite {
  readonly tx: Tx;
  /** With the principal as verified under the lock. */
  readonly caller: Caller;
  /** The organization that owns the written rows, if one does. */
  readonly organization: LockedOrganization | null;
}

/** A write in an organization, with the caller's role and permissions there as verified under the lock. */
export interface AuthorizedWriteIn extends AuthorizedWrite {
  readonly organization: LockedOrganization;
  readonly access: OrganizationAccess;
}

@Injectable()
export class AuthorizedTransaction {
  constructor(
    private readonly transactions: Transactions,
    private readonly reverification: ReverificationService,
    private readonly refusals: RefusalsService,
  ) {}

  /**
   * Runs the work if the caller is authorized now. Throws as the guards would: `invalid_token`, `not_found`,
   * `forbidden` or `insufficient_scope`. A missing permission, also one that the work finds missing, rolls the work
   * back and is recorded.
   */
  async run<T>(need: Need, caller: Caller, work: (write: AuthorizedWrite) => Promise<T>): Promise<T> {
    const { owner, permission } = need;
    try {
      return await this.transactions.run(async (tx) => {
        const organization = await lockOwner(tx, owner, caller.principal);
        await need.lock?.(tx);
        const principal = await this.reverification.verifyLocked(tx, caller.principal, membershipsToLock(need));
        requirePermission(owner, permission, principal);
        return work({ tx, caller: { ...caller, principal }, organization });
      });
    } catch (error) {
      const refused = refusedPermission(error, permission);
      if (refused !== null) {
        await this.refusals.record({ permission: refused, caller, organizationId: ownerColumns(owner).organizationId });
      }
      throw error;
    }
  }

  /** The same for a write that needs the organization's row or the caller's role in it. */
  async runIn<T>(
    organizationId: string,
    need: Omit<Need, 'owner'>,
    caller: Caller,
    work: (write: AuthorizedWriteIn) => Promise<T>,
  ): Promise<T> {
    const owner = { kind: 'organization' as const, organizationId };
    return this.run({ ...need, owner }, caller, async (write) => {
      const { organization } = write;
      const access = accessTo(write.caller.principal, organizationId);
      if (!organization || !access) throw notFound();
      return work({ ...write, organization, access });
    });
  }
}

/**
 * Locks users before organizations, as every transaction does. Written rows will refer to the caller's user, whose
 * deletion must not interleave and deadlock. The verification reports a deleted organization.
 */
async function lockOwner(tx: Tx, owner: Owner, principal: Principal): Promise<LockedOrganization | null> {
  const user = userOf(principal);
  const strength = owner.kind === 'user' ? 'NO KEY UPDATE' : 'KEY SHARE';
  const userId = owner.kind === 'user' ? owner.userId : user?.id;
  if (userId !== undefined) await tx.query(`SELECT 1 FROM users WHERE id = $1 FOR ${strength}`, [userId]);
  return owner.kind === 'organization' ? lockOrganization(tx, owner.organizationId) : null;
}

/** Memberships of other organizations stay unlocked: owners of two organizations would deadlock. */
function membershipsToLock({ owner, dependsOnAllRoles }: Need): LockedMemberships {
  if (owner.kind === 'organization') return { organizationId: owner.organizationId };
  return dependsOnAllRoles ? 'all' : 'none';
}

/** Throws as the policy guard would. */
function requirePermission(owner: Owner, permission: Permission, principal: Principal): void {
  if (!can(permissionsAt(owner, permission, principal), permission)) throw lacking(permission, principal);
}

function permissionsAt(owner: Owner, permission: Permission, principal: Principal): ReadonlySet<Permission> {
  const isOverItself = SELF_PERMISSIONS.some((each) => each === permission);
  if (owner.kind === 'user' || isOverItself) return ownPermissions(principal);
  const access = accessTo(principal, owner.organizationId);
  if (!access) throw notFound();
  return access.permissions;
}
