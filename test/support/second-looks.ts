/**
 * Second checks under the lock: for each writing route with a caller, the caller and the lock it waits for; and each
 * way to lose authority meanwhile.
 */
import type { CredentialKind } from '../../src/access-control/credential-kinds.js';
import { scopesOf } from '../../src/access-control/scopes.js';
import type { Person } from './actors.js';
import type { World } from './mirrored-organizations.js';
import { ROUTE_WRITES } from './writes/route-writes.js';

/** Lock that a request waits for: the row of the caller's user, that of organization A, or the rows that it changes. */
export type AwaitedLock = 'user' | 'organization' | 'target';
type Caller = 'caller' | 'admin' | 'member' | 'invitee';

export interface SecondLook {
  /** Caller of the route in ROUTE_WRITES. */
  readonly by: Caller;
  readonly waitsFor: readonly AwaitedLock[];
  /** Kinds of credential that pass the guards here; by default as in the route table. */
  readonly kinds?: readonly CredentialKind[];
  /** Whether a token may call it with any scopes. */
  readonly byAnyScope?: true;
  /**
   * The call, when the first variant in ROUTE_WRITES needs one kind of credential or waits for more than the response.
   */
  readonly act?: (world: World, call: Call) => PromiseLike<unknown>;
}

/** Call of a route with one credential. */
export interface Call {
  readonly person: Person;
  readonly kind: CredentialKind;
  /** Id of the session or the token. */
  readonly credentialId: string;
}

const OVER_ONESELF: SecondLook = { by: 'caller', waitsFor: ['user'] };
const OVER_OWN_TOKEN: SecondLook = { by: 'caller', waitsFor: ['user', 'target'] };
const IN_ORGANIZATION: SecondLook = { by: 'caller', waitsFor: ['organization'] };
const OVER_TARGET: SecondLook = { by: 'caller', waitsFor: ['organization', 'target'] };
const newAccount = { network: 'testnet', keyType: 'ed25519' };

export const SECOND_LOOKS: Readonly<Record<string, SecondLook>> = {
  'DELETE /api/v1/auth/sessions': OVER_ONESELF,
  'DELETE /api/v1/auth/sessions/:sessionId': OVER_ONESELF,
  'POST /api/v1/auth/password/change': OVER_ONESELF,
  'POST /api/v1/auth/email/verification': {
    ...OVER_ONESELF,
    // Caller whose address is not verified yet.
    by: 'member',
    act: (_, { person }) => person.post('/api/v1/auth/email/verification'),
  },
  'PATCH /api/v1/users/me': OVER_ONESELF,
  'DELETE /api/v1/users/me': { by: 'member', waitsFor: ['user', 'organization'] },
  'POST /api/v1/users/me/tokens': OVER_ONESELF,
  'PATCH /api/v1/users/me/tokens/:tokenId': OVER_OWN_TOKEN,
  'POST /api/v1/users/me/tokens/:tokenId/rotate': OVER_OWN_TOKEN,
  'DELETE /api/v1/users/me/tokens/:tokenId': OVER_OWN_TOKEN,
  'POST /api/v1/users/me/tokens/revoke': OVER_ONESELF,
  'POST /api/v1/users/me/ledger-accounts': {
    ...OVER_ONESELF,
    act: (_, { person }) => person.post('/api/v1/users/me/ledger-accounts', newAccount),
  },
  'POST /api/v1/organizations': OVER_ONESELF,
  'POST /api/v1/invitations/accept': { by: 'invitee', waitsFor: ['user', 'organization'] },
  'PATCH /api/v1/organizations/:organization': IN_ORGANIZATION,
  'DELETE /api/v1/organizations/:organization': IN_ORGANIZATION,
  'PATCH /api/v1/organizations/:organization/members/:userId': OVER_TARGET,
  'DELETE /api/v1/organizations/:organization/members/:userId': OVER_TARGET,
  'POST /api/v1/organizations/:organization/invitations': { ...IN_ORGANIZATION, by: 'admin' },
  'DELETE /api/v1/organizations/:organization/invitations/:invitationId': IN_ORGANIZATION,
  'POST /api/v1/organizations/:organization/tokens': IN_ORGANIZATION,
  'PATCH /api/v1/organizations/:organization/tokens/:tokenId': OVER_TARGET,
  'POST /api/v1/organizations/:organization/tokens/:tokenId/rotate': OVER_TARGET,
  'DELETE /api/v1/organizations/:organization/tokens/:tokenId': OVER_TARGET,
  'POST /api/v1/organizations/:organization/tokens/revoke': IN_ORGANIZATION,
  'POST /api/v1/organizations/:organization/ledger-accounts': {
    ...IN_ORGANIZATION,
    act: ({ A }, { person }) => person.post(`${A.path}/ledger-accounts`, newAccount),
  },
  'DELETE /api/v1/token': {
    ...OVER_ONESELF,
    byAnyScope: true,
    act: (_, { person }) => person.delete('/api/v1/token'),
  },
  'POST /api/v1/account/:account/token': IN_ORGANIZATION,
  'DELETE /api/v1/account/:account/token/:tokenId': OVER_TARGET,
  // Requires a session for the caller's own account, or the token of the organization.
  'POST /api/v1/user/token': { ...OVER_ONESELF, kinds: ['session', 'organization-token'] },
  'DELETE /api/v1/user/token/:tokenId': {
    ...OVER_ONESELF,
    byAnyScope: true,
    // A personal token may only delete itself here.
    act: ({ caller }, { person, kind, credentialId }) =>
      person.delete(`/api/v1/user/token/${kind === 'session' ? caller.token.token.id : credentialId}`),
  },
};

/** Writing routes without a caller to check again, each with the reason. */
export const NO_SECOND_CHECK: Readonly<Record<string, string>> = {
  'POST /api/v1/auth/register': 'anybody may; the unique address decides',
  'POST /api/v1/auth/login': 'the password is looked at again under the lock of the user’s row: login.spec.ts',
  'POST /login/token': 'a sign-in whose session then issues the token, with its second look',
  'POST /api/v1/auth/refresh': 'one conditional UPDATE of the session’s row is both look and write: refresh.spec.ts',
  'POST /api/v1/auth/logout':
    'ends the sessions of the credentials that it is given, and no other: nothing is left to take away',
  'POST /api/v1/auth/password/forgot': 'anybody may; nothing of the account changes',
  'POST /api/v1/auth/password/reset': 'one conditional UPDATE uses the mailed secret up: password-reset.spec.ts',
  'POST /api/v1/auth/email/verify': 'one conditional UPDATE uses the mailed secret up: email-verify.spec.ts',
};

/** Returns the response. */
export function actOf(route: string, world: World, call: Call): PromiseLike<unknown> {
  const { act, by } = SECOND_LOOKS[route] ?? {};
  if (act) return act(world, call);
  const [write] = Object.values(ROUTE_WRITES[route] ?? {});
  if (!write || !by) throw new Error(`no call of ${route}`);
  return write.act({ ...world, [by]: { ...world[by], person: call.person } });
}

/**
 * Way to lose authority: SQL that commits while the request waits. $1: the credential, or the user or other row that it
 * names.
 */
export interface Loss {
  readonly kinds: readonly CredentialKind[];
  readonly obstacles: readonly AwaitedLock[];
  readonly sql: (credentials: 'sessions' | 'access_tokens') => string;
  readonly of: 'credential' | 'user' | 'organization' | 'membership';
  readonly status: (kind: CredentialKind) => 401 | 403 | 404;
  /** Restores the state for the next way. */
  readonly undo?: string;
}

const ANY = ['session', 'personal-token', 'organization-token'] as const;
const PERSON = ['session', 'personal-token'] as const;
const LOCKS = ['user', 'organization'] as const;

export const LOSSES: Readonly<Record<string, Loss>> = {
  revoked: {
    kinds: ANY,
    obstacles: [...LOCKS, 'target'],
    of: 'credential',
    sql: (table) => `UPDATE ${table} SET revoked_at = clock_timestamp() WHERE id = $1`,
    status: () => 401,
  },
  expired: {
    kinds: ANY,
    obstacles: LOCKS,
    of: 'credential',
    sql: (table) => `UPDATE ${table} SET expires_at = clock_timestamp() WHERE id = $1`,
    status: () => 401,
  },
  deleted: {
    kinds: ANY,
    obstacles: LOCKS,
    of: 'credential',
    sql: (table) => `DELETE FROM ${table} WHERE id = $1`,
    status: () => 401,
  },
  'scopes narrowed': {
    kinds: ['personal-token', 'organization-token'],
    obstacles: LOCKS,
    of: 'credential',
    sql: () => `UPDATE access_tokens SET scopes = '{organization:read}' WHERE id = $1`,
    status: () => 403,
  },
  'role lowered': {
    kinds: PERSON,
    obstacles: ['organization'],
    of: 'membership',
    sql: () => `UPDATE memberships SET role = 'viewer' WHERE user_id = $1 AND organization_id = $2`,
    status: () => 403,
  },
  'removed from the organization': {
    kinds: PERSON,
    obstacles: ['organization'],
    of: 'membership',
    sql: () => 'DELETE FROM memberships WHERE user_id = $1 AND organization_id = $2',
    status: () => 404,
  },
  'user disabled': {
    kinds: PERSON,
    obstacles: LOCKS,
    of: 'user',
    sql: () => 'UPDATE users SET disabled_at = clock_timestamp() WHERE id = $1',
    status: () => 401,
    undo: 'UPDATE users SET disabled_at = NULL WHERE id = $1',
  },
  'organization suspended': {
    kinds: ANY,
    obstacles: ['organization'],
    of: 'organization',
    sql: () => 'UPDATE organizations SET suspended_at = clock_timestamp() WHERE id = $1',
    status: (kind) => (kind === 'organization-token' ? 401 : 404),
    undo: 'UPDATE organizations SET suspended_at = NULL WHERE id = $1',
  },
};

/** Returns every scope that a token of this kind carries. */
export const allScopes = (kind: 'personal' | 'organization'): string[] => [...scopesOf(kind)];
