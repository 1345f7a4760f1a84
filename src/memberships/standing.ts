/**
 * What a caller may do to other members at one moment. Pure.
 *
 * Only an owner touches owners, and only in a session: an owner can delete the organization, which no token can, so a
 * token that made an owner would hand out more than it holds. To members and invitations every token is an admin at most.
 */
import type { Principal } from '../auth/principal.js';
import { AppError } from '../errors/app-error.js';
import type { OrganizationAccess } from '../policy/effective-permissions.js';
import type { Permission } from '../policy/permissions.js';
import { lacking } from '../policy/policy.guard.js';
import type { Role } from '../policy/role-grants.js';

export class Standing {
  constructor(
    private readonly principal: Principal,
    private readonly access: OrganizationAccess,
  ) {}

  /** Throws as the policy guard would. */
  demand(permission: Permission): void {
    if (!this.access.permissions.has(permission)) throw lacking(permission, this.principal);
  }

  /** Throws unless the caller may change members, or give out a membership, of every one of these roles. */
  demandReach(...roles: Role[]): void {
    if (!roles.includes('owner')) return;
    if (this.principal.kind !== 'session') {
      throw new AppError('insufficient_scope', { detail: 'No token can do this to an owner; sign in instead.' });
    }
    if (this.access.role !== 'owner') throw new AppError('forbidden', { detail: 'Only an owner can do this.' });
  }
}
