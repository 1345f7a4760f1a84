/**
 * Who is calling, in Tenderly's fields. Pure. A personal token without `user:read` gets its user's id and username, by
 * which clients see that it works, and nothing else of the person.
 */
import type { OrganizationTokenPrincipal, Principal } from '../../access-control/principal.js';
import { ownPermissions } from '../../access-control/effective-permissions.js';
import type { TenderlyPrincipal, TenderlyUser } from './dto/tenderly.responses.js';

export function principalOf(principal: Principal): TenderlyPrincipal {
  if (principal.kind === 'organization-token') {
    const { id, name } = principal.organization;
    return { ...organizationOf(principal), user: null, organization: { id, name } };
  }
  const { type, ...user } = personOf(principal);
  return { id: user.id, username: user.username, type, user, organization: null };
}

/** An organization token is answered its organization: clients read anything without a user as "unable to authenticate". */
export function userAs(principal: Principal): TenderlyUser {
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
  const [first, last] = namesIn(name);
  return {
    id,
    username,
    type: 'user',
    email: mayRead ? email : null,
    first_name: mayRead ? first : null,
    last_name: mayRead ? last : null,
  };
}

/** Latchkey has one name; what stands before its first space is the best guess at a first name. */
function namesIn(name: string): [first: string, last: string] {
  const [, first = name, last = ''] = /^(\S+)\s+(.+)$/su.exec(name) ?? [];
  return [first, last];
}
