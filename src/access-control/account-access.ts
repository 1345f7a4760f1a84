/**
 * Accounts, as clients of Tenderly name a token's owner: users and organizations in one namespace, and the name `me`.
 * An account is looked up among the caller's own, never in a table, so that no response reveals which names exist.
 * Pure.
 */
import { accessTo, ownPermissions, type OrganizationAccess } from './effective-permissions.js';
import type { Permission } from './permissions.js';
import { userOf, type Principal } from './principal.js';

/** The caller: the user, or the organization of an organization token. No username and no slug is `me`. */
export const ME = 'me';

export type AccountAccess =
  | { readonly kind: 'oneself'; readonly userId: string; readonly permissions: ReadonlySet<Permission> }
  | {
      readonly kind: 'organization';
      readonly organization: OrganizationAccess;
      readonly permissions: ReadonlySet<Permission>;
    };

/**
 * Returns the access to the account with this id or name; `null` when the principal is not, and cannot see, that
 * account.
 */
export function accountOf(principal: Principal, account: string): AccountAccess | null {
  const user = userOf(principal);
  if (user && ([ME, user.username].includes(account) || account.toLowerCase() === user.id)) {
    return { kind: 'oneself', userId: user.id, permissions: ownPermissions(principal) };
  }
  const isOwn = account === ME && principal.kind === 'organization-token';
  const organization = accessTo(principal, isOwn ? principal.organization.id : account);
  return organization && { kind: 'organization', organization, permissions: organization.permissions };
}
