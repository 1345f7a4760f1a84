/** The kinds of credential that can ever satisfy a permission, computed by the code that decides each request. */
import { accessTo, ownPermissions } from './effective-permissions.js';
import type { Permission } from './permissions.js';
import type { Principal, TokenFacts } from './principal.js';
import { scopesOf, type TokenKind } from './scopes.js';

export type CredentialKind = Principal['kind'];

const SLUG = 'any';
const NEVER = new Date(0);

/** Returns the kinds in order of power: session, personal token, organization token. */
export function credentialKindsFor(permission: Permission, inOrganization: boolean): CredentialKind[] {
  return strongest()
    .filter((principal) => permissionsOf(principal, inOrganization).has(permission))
    .map(({ kind }) => kind);
}

function permissionsOf(principal: Principal, inOrganization: boolean): ReadonlySet<Permission> {
  if (!inOrganization) return ownPermissions(principal);
  return accessTo(principal, SLUG)?.permissions ?? new Set();
}

/** Returns one principal of each kind: an owner, with every scope that its kind may have. */
function strongest(): Principal[] {
  const user = { id: '', email: '', name: '', username: '', emailVerified: true };
  const place = { organizationId: '', organizationSlug: SLUG, organizationSuspended: false, leftAt: null };
  const memberships = [{ ...place, role: 'owner' as const }];
  const organization = { id: '', slug: SLUG, name: '' };
  return [
    { kind: 'session', sessionId: '', user, memberships },
    { kind: 'personal-token', token: tokenOf('personal'), user, memberships },
    { kind: 'organization-token', token: tokenOf('organization'), organization },
  ];
}

function tokenOf(kind: TokenKind): TokenFacts {
  return { id: '', selector: '', scopes: scopesOf(kind), createdAt: NEVER, expiresAt: null };
}
