import { describe, expect, it } from '@jest/globals';
import { accountOf } from '../../../src/access-control/account-access.js';
import { ownPermissions } from '../../../src/access-control/effective-permissions.js';
import type { MembershipFacts, Principal } from '../../../src/access-control/principal.js';

const USER = '01890000-0000-7000-8000-00000000000a';
const ORGANIZATION = '01890000-0000-7000-8000-00000000000b';

const user = { id: USER, email: 'a@b.test', name: 'A', username: 'ada-222222', emailVerified: true };
const membership: MembershipFacts = {
  organizationId: ORGANIZATION,
  organizationSlug: 'acme',
  role: 'member',
  organizationSuspended: false,
  leftAt: null,
};
const token = { id: 't', selector: 's', scopes: ['tokens:read' as const], createdAt: new Date(), expiresAt: null };
const session: Principal = { kind: 'session', sessionId: 'n', user, memberships: [membership] };
const personal: Principal = { kind: 'personal-token', token, user, memberships: [membership] };
const organizational: Principal = {
  kind: 'organization-token',
  token,
  organization: { id: ORGANIZATION, slug: 'acme', name: 'Acme' },
};

describe('an account', () => {
  it.each(['me', USER, USER.toUpperCase(), 'ada-222222'])('is the person who calls, by %s', (account) => {
    for (const principal of [session, personal]) {
      const permissions = ownPermissions(principal);
      expect(accountOf(principal, account)).toEqual({ kind: 'oneself', userId: USER, permissions });
    }
  });

  it.each(['acme', ORGANIZATION, ORGANIZATION.toUpperCase()])(
    'is an organization that the caller sees, by %s',
    (account) => {
      for (const principal of [session, personal, organizational]) {
        const access = accountOf(principal, account);
        expect(access).toMatchObject({ kind: 'organization', organization: { organizationId: ORGANIZATION } });
        expect(access?.permissions.has('tokens:read')).toBe(true);
        expect(access?.permissions.has('tokens:manage')).toBe(false);
      }
    },
  );

  it('called me is the organization of its token', () => {
    expect(accountOf(organizational, 'me')).toEqual(accountOf(organizational, 'acme'));
  });

  it.each(['', 'ME', 'Ada-222222', 'ACME', 'ada', 'undefined', '__proto__'])(
    'is hidden when it is called %j',
    (account) => {
      for (const principal of [session, personal, organizational]) expect(accountOf(principal, account)).toBeNull();
    },
  );

  it('of its creator is hidden from an organization token', () => {
    for (const account of [USER, 'ada-222222']) expect(accountOf(organizational, account)).toBeNull();
  });

  it('that is suspended is hidden', () => {
    const suspended: Principal = { ...session, memberships: [{ ...membership, organizationSuspended: true }] };
    expect(accountOf(suspended, 'acme')).toBeNull();
  });
});
