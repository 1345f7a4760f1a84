/** Errors for a missing permission, thrown by the guards and the writes of authority. Pure. */
import { AppError } from '../platform/errors/app-error.js';
import type { Permission } from './permissions.js';
import type { Principal } from './principal.js';
import { SESSION_ONLY_PERMISSIONS } from './session-only-permissions.js';

/**
 * Returns the error for a missing permission. RFC 6750 section 3.1 names the missing scope. It is absent for a session,
 * and for a permission that no token can have.
 */
export function lacking(permission: Permission, principal: Principal): AppError {
  if (principal.kind === 'session') {
    return new AppError('forbidden', { detail: `Your role lacks the permission ${permission}.` });
  }
  if (SESSION_ONLY_PERMISSIONS.has(permission)) {
    return new AppError('insufficient_scope', { detail: 'No token can do this; sign in instead.' });
  }
  return new AppError('insufficient_scope', { detail: `The token lacks ${permission}.`, neededScope: permission });
}

/**
 * A caller cannot grant a permission that it lacks (confused deputy; tested by the "authorizes" blocks of
 * create.spec.ts).
 */
export class ScopeNotGrantable extends AppError {
  constructor(
    readonly scope: Permission,
    field: string,
  ) {
    const fault = { field, message: 'exceeds what you may grant' };
    super('scope_not_grantable', { detail: `You cannot grant ${scope}, because you lack it.`, errors: [fault] });
  }
}

/** Returns the permission that the error says is missing, when `asked` was required; `null` for any other error. */
export function refusedPermission(error: unknown, asked: Permission): Permission | null {
  if (error instanceof ScopeNotGrantable) return error.scope;
  return error instanceof AppError && ['forbidden', 'insufficient_scope'].includes(error.code) ? asked : null;
}
