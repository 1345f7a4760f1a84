/**
 * What a caller may do to other members at one moment. Pure.
 *
 * Nobody grants what they lack, roles included: a role is given, by an invitation or a change, only by a caller who holds
 * every permission of that role; for a token these are its scopes ∩ role. No token holds what only a session may use, so
 * no token gives `admin` or `owner`. Only an owner in a session touches owners.
 */
import type { Principal } from '../access-control/principal.js';
import { AppError } from '../platform/errors/app-error.js';
import type { AuthorizedWriteIn } from '../auth/authorization/authorized-transaction.service.js';
import type { OrganizationAccess } from '../access-control/effective-permissions.js';
import { SESSION_ONLY_PERMISSIONS } from '../access-control/permissions.js';
import { firstLacking, ROLE_GRANTS, type Role } from '../access-control/role-grants.js';

export class RoleRules {
  private constructor(
    private readonly principal: Principal,
    private readonly access: OrganizationAccess,
  ) {}

  static of({ caller, access }: Pick<AuthorizedWriteIn, 'caller' | 'access'>): RoleRules {
    return new RoleRules(caller.principal, access);
  }

  /** Throws unless the caller may give this role to somebody. */
  demandGrant(role: Role): void {
    const permission = firstLacking(role, this.access.permissions);
    if (permission === undefined) return;
    const detail = `You cannot give the role ${role}, because you lack ${permission}.`;
    if (this.principal.kind === 'session') throw new AppError('forbidden', { detail });
    // RFC 6750 section 3.1 names the scope that would help; where the role holds what no token may carry, none would.
    const isForSessions = [...ROLE_GRANTS[role]].some((each) => SESSION_ONLY_PERMISSIONS.has(each));
    throw new AppError('insufficient_scope', isForSessions ? { detail } : { detail, neededScope: permission });
  }

  /** Throws unless the caller may change, remove or cancel what a member or an invitation of this role has. */
  demandReach(role: Role): void {
    if (role !== 'owner') return;
    if (this.principal.kind !== 'session') {
      throw new AppError('insufficient_scope', { detail: 'No token can do this to an owner; sign in instead.' });
    }
    if (this.access.role !== 'owner') throw new AppError('forbidden', { detail: 'Only an owner can do this.' });
  }
}
