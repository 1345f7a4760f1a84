/**
 * Rules for changing other members, evaluated at one moment. Pure.
 *
 * A caller gives a role, by invitation or by change, only with every permission of that role. A token's permissions are
 * its scopes ∩ role. No token has the permissions that are reserved for sessions, so no token gives `admin` or `owner`.
 * Only an owner in a session changes owners.
 */
import type { OrganizationAccess } from '../access-control/effective-permissions.js';
import type { Principal } from '../access-control/principal.js';
import { firstLacking, ROLE_GRANTS, type Role } from '../access-control/role-grants.js';
import { SESSION_ONLY_PERMISSIONS } from '../access-control/session-only-permissions.js';
import type { AuthorizedWriteIn } from '../auth/authorization/authorized-transaction.service.js';
import { AppError } from '../platform/errors/app-error.js';

export class RoleRules {
  private constructor(
    private readonly principal: Principal,
    private readonly access: OrganizationAccess,
  ) {}

  static of({ caller, access }: Pick<AuthorizedWriteIn, 'caller' | 'access'>): RoleRules {
    return new RoleRules(caller.principal, access);
  }

  /** Throws `forbidden` or `insufficient_scope` unless the caller may give this role. */
  ensureMayGive(role: Role): void {
    const permission = firstLacking(role, this.access.permissions);
    if (permission === undefined) return;
    const detail = `You cannot give the role ${role}, because you lack ${permission}.`;
    if (this.principal.kind === 'session') throw new AppError('forbidden', { detail });
    // RFC 6750 section 3.1 names the scope that would help. If the role has a permission that no token may carry, none
    // would.
    const isForSessions = [...ROLE_GRANTS[role]].some((each) => SESSION_ONLY_PERMISSIONS.has(each));
    throw new AppError('insufficient_scope', isForSessions ? { detail } : { detail, neededScope: permission });
  }

  /** Throws unless the caller may change, remove or cancel a member or an invitation of this role. */
  ensureMayChange(role: Role): void {
    if (role !== 'owner') return;
    if (this.principal.kind !== 'session') {
      throw new AppError('insufficient_scope', { detail: 'No token can do this to an owner; sign in instead.' });
    }
    if (this.access.role !== 'owner') throw new AppError('forbidden', { detail: 'Only an owner can do this.' });
  }
}
