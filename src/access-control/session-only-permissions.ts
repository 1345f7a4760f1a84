import type { Permission } from './permissions.js';

/** Permissions that only a user in a session can have: losing control of a token must never cost this much. */
export const SESSION_ONLY_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>([
  'organization:delete',
  'verifiers:manage',
  'user:manage',
]);
