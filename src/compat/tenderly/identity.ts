/**
 * Principal in Tenderly's fields. Pure. A personal token without `user:read` gets its user's id and username, enough
 * for clients to see that the token works, and no other personal data.
 */
import { ownPermissions } from '../../access-control/effective-permissions.js';
import type { OrganizationTokenPrincipal, Principal } from '../../access-control/principal.js';
import type { TenderlyPrincipal, TenderlyUser } from './dto/tenderly.responses.js';

export function principalOf(principal: Principal): TenderlyPrincipal {
  if (principal.kind === 'organization-token') {
    const { id, name } = principal.organization;
    return { ...organizationOf(principal), user: null, organization: { id, name } };
  }
  const { type, ...user } = personOf(principal);
  return { id: user.id, username: user.username, type, user, organization: null };
}

/**
 * User in Tenderly's fields. For an organization token the organization takes the user's place: clients report a
 * missing user as "unable to authenticate".
 */
export function tenderlyUserOf(principal: Principal): TenderlyUser {
  return principal.kind === 'organization-token' ? organizationOf(principal) : personOf(principal);
}

function organizationOf({
  organization: { id, slug },
}: OrganizationTokenPrincipal): Pick<TenderlyUser, 'id' | 'username' | 'type'> {
  return { id, username: slug, type: 'organization' };
}

function personOf(principal: Exclude<Principal, OrganizationTokenPrincipal>): Required<TenderlyUser> {
  const { id, username, email, name } = principal.user;
  const mayRead = ownPermissions(principal).has('user:read');
  const [first, last] = splitName(name);
  return {
    id,
    username,
    type: 'user',
    email: mayRead ? email : null,
    first_name: mayRead ? first : null,
    last_name: mayRead ? last : null,
  };
}

/** First and last name, split at the first space, because Latchkey stores one name. */
function splitName(name: string): [first: string, last: string] {
  const [, first = name, last = ''] = /^(\S+)\s+(.+)$/su.exec(name) ?? [];
  return [first, last];
}
