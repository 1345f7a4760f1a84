/** Each route that writes: one call of it, the rows that it may change, and the events that it leaves. */
import request from 'supertest';
import { PASSWORD, bearing, uniqueEmail, type Person } from './actors.js';
import { readyAccount } from './ledger-accounts.js';
import type { World } from './mirrored-organizations.js';
import type { Organization } from './scene.js';
import { HARMLESS } from './tokens.js';

export interface RouteWrite {
  readonly act: (world: World) => Promise<unknown>;
  readonly rows: Readonly<Record<string, number>>;
  readonly events: readonly string[];
}

const NEW_PASSWORD = 'another long pass phrase 77';

/** Answers 2xx, or the test says what came instead. */
export async function ok(call: PromiseLike<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await call;
  if (status < 200 || status > 299) throw new Error(`${String(status)} ${JSON.stringify(body)}`);
}

const post = ({ app }: Person, path: string, body: object, cookie = ''): Promise<void> =>
  ok(request(app.url).post(path).set('cookie', cookie).send(body));
const tokensOf = ({ path }: Organization): string => `${path}/tokens`;
const MINE = '/api/v1/users/me/tokens';
const newToken = { label: 'new', scopes: HARMLESS, expiresAt: null };

/** By route. Compatibility routes with two kinds of account stand here with an organization's. */
export const ROUTE_WRITES: Readonly<Record<string, RouteWrite>> = {
  'POST /api/v1/auth/register': {
    act: ({ caller }) =>
      post(caller, '/api/v1/auth/register', { email: uniqueEmail(), password: PASSWORD, name: 'New' }),
    rows: { 'links of new': 1, 'users of new': 1 },
    events: ['user.registered of new'],
  },
  'POST /api/v1/auth/login': {
    act: ({ caller }) => post(caller, '/api/v1/auth/login', { email: caller.email, password: PASSWORD }),
    // One session opened; one that ended long ago removed.
    rows: { 'sessions of caller': 1 },
    events: ['session.signed_in of caller'],
  },
  'POST /login/token': {
    act: ({ caller }) => post(caller, '/login/token', { email: caller.email, password: PASSWORD }),
    // Its session lives for as long as the request.
    rows: { 'sessions of caller': 1, 'tokens of caller': 1 },
    events: ['session.signed_in of caller', 'session.signed_out of caller', 'token.created of caller'],
  },
  'POST /api/v1/auth/refresh': {
    act: ({ caller }) => post(caller, '/api/v1/auth/refresh', {}, caller.cookie),
    rows: { 'sessions of caller': 1 },
    events: [],
  },
  'POST /api/v1/auth/logout': {
    act: ({ caller }) => post(caller, '/api/v1/auth/logout', {}, caller.cookie),
    rows: { 'sessions of caller': 1 },
    events: ['session.signed_out of caller'],
  },
  'DELETE /api/v1/auth/sessions': {
    act: ({ caller }) => ok(caller.delete('/api/v1/auth/sessions')),
    rows: { 'sessions of caller': 1 },
    events: ['session.revoked of caller'],
  },
  'DELETE /api/v1/auth/sessions/:sessionId': {
    act: async ({ caller, callerElsewhere }) =>
      ok(caller.delete(`/api/v1/auth/sessions/${await dbSessionId(callerElsewhere)}`)),
    rows: { 'sessions of caller': 1 },
    events: ['session.revoked of caller'],
  },
  'POST /api/v1/auth/password/change': {
    act: ({ caller }) =>
      ok(caller.post('/api/v1/auth/password/change', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })),
    rows: { 'links of caller': 1, 'sessions of caller': 1, 'users of caller': 1 },
    events: ['user.password_changed of caller'],
  },
  'POST /api/v1/auth/password/reset': {
    act: ({ caller, resetSecret }) =>
      post(caller, '/api/v1/auth/password/reset', { token: resetSecret, newPassword: NEW_PASSWORD }),
    rows: { 'links of caller': 1, 'sessions of caller': 2, 'tokens of caller': 2, 'users of caller': 1 },
    events: ['user.email_verified of caller', 'user.password_reset of caller'],
  },
  'POST /api/v1/auth/email/verify': {
    act: ({ caller, verifySecret }) => ok(caller.post('/api/v1/auth/email/verify', { token: verifySecret })),
    rows: { 'links of caller': 3, 'users of caller': 1 },
    events: ['user.email_verified of caller'],
  },
  'POST /api/v1/auth/email/verification': {
    act: ({ caller }) => ok(caller.post('/api/v1/auth/email/verification')),
    rows: { 'links of caller': 1 },
    events: [],
  },
  'PATCH /api/v1/users/me': {
    act: ({ caller }) => ok(caller.patch('/api/v1/users/me', { name: 'Renamed' })),
    rows: { 'users of caller': 1 },
    events: ['user.updated of caller'],
  },
  'DELETE /api/v1/users/me': {
    act: ({ member }) => ok(member.delete('/api/v1/users/me', { password: PASSWORD })),
    rows: {
      'former memberships of A': 1,
      'former memberships of B': 1,
      'links of member': 3,
      'memberships of A': 1,
      'memberships of B': 1,
      'sessions of member': 2,
      'tokens of member': 2,
      'users of member': 1,
    },
    events: ['membership.left of A', 'membership.left of B', 'user.deleted of member'],
  },
  'POST /api/v1/users/me/tokens': {
    act: ({ caller }) => ok(caller.post(MINE, newToken)),
    rows: { 'tokens of caller': 1 },
    events: ['token.created of caller'],
  },
  'PATCH /api/v1/users/me/tokens/:tokenId': {
    act: ({ caller, personal }) => ok(caller.patch(`${MINE}/${personal.token.id}`, { label: 'renamed' })),
    rows: { 'tokens of caller': 1 },
    events: ['token.updated of caller'],
  },
  'POST /api/v1/users/me/tokens/:tokenId/rotate': {
    act: ({ caller, personal }) => ok(caller.post(`${MINE}/${personal.token.id}/rotate`, {})),
    rows: { 'tokens of caller': 2 },
    events: ['token.created of caller', 'token.rotated of caller'],
  },
  'DELETE /api/v1/users/me/tokens/:tokenId': {
    act: ({ caller, personal }) => ok(caller.delete(`${MINE}/${personal.token.id}`)),
    rows: { 'tokens of caller': 1 },
    events: ['token.revoked of caller'],
  },
  'POST /api/v1/users/me/tokens/revoke': {
    act: ({ caller }) => ok(caller.post(`${MINE}/revoke`, { all: true })),
    rows: { 'tokens of caller': 2 },
    events: ['token.bulk_revoked of caller', 'token.bulk_revoked of caller'],
  },
  'POST /api/v1/organizations': {
    act: ({ caller }) => ok(caller.post('/api/v1/organizations', { name: 'Third' })),
    rows: { 'memberships of new': 1, 'organizations of new': 1 },
    events: ['organization.created of new'],
  },
  'PATCH /api/v1/organizations/:organization': {
    act: ({ caller, A }) => ok(caller.patch(A.path, { name: 'Renamed' })),
    rows: { 'organizations of A': 1 },
    events: ['organization.updated of A'],
  },
  'DELETE /api/v1/organizations/:organization': {
    act: ({ caller, A }) => ok(caller.delete(A.path, { confirm: A.slug })),
    rows: {
      'former memberships of A': 3,
      'invitations of A': 2,
      'memberships of A': 3,
      'organizations of A': 1,
      'tokens of A': 2,
    },
    events: ['organization.deleted of A'],
  },
  'PATCH /api/v1/organizations/:organization/members/:userId': {
    // An inviter who may invite no longer: both invitations into A end, and none into B.
    act: ({ caller, admin, A }) => ok(caller.patch(`${A.path}/members/${admin.id}`, { role: 'viewer' })),
    rows: { 'invitations of A': 2, 'memberships of A': 1 },
    events: ['invitation.cancelled of A', 'invitation.cancelled of A', 'membership.role_changed of A'],
  },
  'DELETE /api/v1/organizations/:organization/members/:userId': {
    act: ({ caller, admin, A }) => ok(caller.delete(`${A.path}/members/${admin.id}`)),
    rows: { 'former memberships of A': 1, 'invitations of A': 2, 'memberships of A': 1 },
    events: ['invitation.cancelled of A', 'invitation.cancelled of A', 'membership.removed of A'],
  },
  'POST /api/v1/organizations/:organization/invitations': {
    // Renews: the older invitation of this address ends, in this organization.
    act: ({ admin, invitee, A }) => ok(admin.post(`${A.path}/invitations`, { email: invitee.email, role: 'viewer' })),
    rows: { 'invitations of A': 2 },
    events: ['invitation.cancelled of A', 'invitation.created of A'],
  },
  'DELETE /api/v1/organizations/:organization/invitations/:invitationId': {
    act: ({ caller, invitation, A }) => ok(caller.delete(`${A.path}/invitations/${invitation.id}`)),
    rows: { 'invitations of A': 1 },
    events: ['invitation.cancelled of A'],
  },
  'POST /api/v1/invitations/accept': {
    act: ({ invitee, invitation }) => ok(invitee.post('/api/v1/invitations/accept', { token: invitation.secret })),
    rows: { 'invitations of A': 1, 'memberships of A': 1, 'users of invitee': 1 },
    events: ['invitation.accepted of A', 'user.email_verified of invitee'],
  },
  'POST /api/v1/organizations/:organization/tokens': {
    act: ({ caller, A }) => ok(caller.post(tokensOf(A), newToken)),
    rows: { 'tokens of A': 1 },
    events: ['token.created of A'],
  },
  'PATCH /api/v1/organizations/:organization/tokens/:tokenId': {
    act: ({ caller, organizational, A }) =>
      ok(caller.patch(`${tokensOf(A)}/${organizational.token.id}`, { label: 'renamed' })),
    rows: { 'tokens of A': 1 },
    events: ['token.updated of A'],
  },
  'POST /api/v1/organizations/:organization/tokens/:tokenId/rotate': {
    act: ({ caller, organizational, A }) => ok(caller.post(`${tokensOf(A)}/${organizational.token.id}/rotate`, {})),
    rows: { 'tokens of A': 2 },
    events: ['token.created of A', 'token.rotated of A'],
  },
  'DELETE /api/v1/organizations/:organization/tokens/:tokenId': {
    act: ({ caller, organizational, A }) => ok(caller.delete(`${tokensOf(A)}/${organizational.token.id}`)),
    rows: { 'tokens of A': 1 },
    events: ['token.revoked of A'],
  },
  'POST /api/v1/organizations/:organization/tokens/revoke': {
    act: ({ caller, A }) => ok(caller.post(`${tokensOf(A)}/revoke`, { all: true })),
    rows: { 'tokens of A': 2 },
    events: ['token.bulk_revoked of A', 'token.bulk_revoked of A'],
  },
  'DELETE /api/v1/token': {
    act: ({ caller, organizational }) => ok(bearing(caller.app, organizational).delete('/api/v1/token')),
    rows: { 'tokens of A': 1 },
    events: ['token.revoked of A'],
  },
  'POST /api/v1/account/:account/token': {
    act: ({ caller, A }) => ok(caller.post(`/api/v1/account/${A.slug}/token`, { name: 'new' })),
    rows: { 'tokens of A': 1 },
    events: ['token.created of A'],
  },
  'DELETE /api/v1/account/:account/token/:tokenId': {
    act: ({ caller, organizational, A }) =>
      ok(caller.delete(`/api/v1/account/${A.slug}/token/${organizational.token.id}`)),
    rows: { 'tokens of A': 1 },
    events: ['token.revoked of A'],
  },
  'POST /api/v1/user/token': {
    act: ({ caller }) => ok(caller.post('/api/v1/user/token', { name: 'new' })),
    rows: { 'tokens of caller': 1 },
    events: ['token.created of caller'],
  },
  'DELETE /api/v1/user/token/:tokenId': {
    act: ({ caller, personal }) => ok(caller.delete(`/api/v1/user/token/${personal.token.id}`)),
    rows: { 'tokens of caller': 1 },
    events: ['token.revoked of caller'],
  },
  // With the job that creates the account on its network.
  'POST /api/v1/users/me/ledger-accounts': {
    act: ({ caller }) => openedAccount(caller, '/api/v1/users/me/ledger-accounts'),
    rows: { 'ledger accounts of caller': 1 },
    events: ['ledger_account.created of caller', 'ledger_account.revealed of caller'],
  },
  'POST /api/v1/organizations/:organization/ledger-accounts': {
    act: ({ caller, A }) => openedAccount(caller, `${A.path}/ledger-accounts`),
    rows: { 'ledger accounts of A': 1 },
    events: ['ledger_account.created of A', 'ledger_account.revealed of A'],
  },
};

/** Opens a ledger account and waits for the job that creates it on its network. */
export async function openedAccount(by: Person, path: string): Promise<void> {
  const { body } = await by.post(path, { network: 'testnet', keyType: 'ed25519' }).expect(201);
  await readyAccount(by, `${path}/${(body as { id: string }).id}`);
}

async function dbSessionId({ cookie }: Person): Promise<string> {
  return cookie.slice(cookie.indexOf('=') + 1).slice(0, 36);
}
