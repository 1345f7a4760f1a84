/** The answers to a caller who lacks a permission, as the guards and the writes of authority give them. Pure. */
import type { Principal } from './principal.js';
import { AppError } from '../platform/errors/app-error.js';
import { SESSION_ONLY_PERMISSIONS, type Permission } from './permissions.js';

/** RFC 6750 section 3.1 names the scope that would help; for a session, and for what no token may do, none would. */
export function lacking(permission: Permission, principal: Principal): AppError {
  if (principal.kind === 'session') {
    return new AppError('forbidden', { detail: `Your role lacks the permission ${permission}.` });
  }
  if (SESSION_ONLY_PERMISSIONS.has(permission)) {
    return new AppError('insufficient_scope', { detail: 'No token can do this; sign in instead.' });
  }
  return new AppError('insufficient_scope', { detail: `The token lacks ${permission}.`, neededScope: permission });
}

/** Nobody grants what they lack (confused deputy; tested by the "authorizes" blocks of create.spec.ts). */
export class ScopeNotGrantable extends AppError {
  constructor(
    readonly scope: Permission,
    field: string,
  ) {
    const fault = { field, message: 'exceeds what you may grant' };
    super('scope_not_grantable', { detail: `You cannot grant ${scope}, because you lack it.`, errors: [fault] });
  }
}

/** The permission whose absence the error answers, when `asked` was asked for; `null` for any other error. */
export function refusedPermission(error: unknown, asked: Permission): Permission | null {
  if (error instanceof ScopeNotGrantable) return error.scope;
  return error instanceof AppError && ['forbidden', 'insufficient_scope'].includes(error.code) ? asked : null;
}
