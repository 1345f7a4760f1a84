/** Rows for probes of authority, and their columns that an instance caches. */

export const id = (digit: string): string => `00000000-0000-7000-8000-${digit.repeat(12)}`;

/**
 * A member of A with a session, a token and an invitation; a user who left A with an earlier token; a user without
 * relations.
 */
export const [MEMBER, LEFT, LONELY] = [id('1'), id('2'), id('3')] as const;
export const [A, EMPTY] = [id('a'), id('b')] as const;
export const [LIVE, EXPIRED, REVOKED, ORGANIZATIONAL] = [id('4'), id('5'), id('6'), id('7')] as const;
export const INVITATION = id('8');
export const EVENT = id('9');
/** Earlier token of the user who left. */
export const FORMER = id('0');
/** Invitations by the member, and links to them, that have ended, each in another way. */
export const [CANCELLED, ACCEPTED, OVERDUE, USED] = [id('c'), id('d'), id('e'), id('f')] as const;

export const token = (tokenId: string, owner: string, times: string): string => `
  INSERT INTO access_tokens (id, kind, ${owner.split(' ')[0] ?? ''}, label, scopes, selector, secret_hash, hash_key_version, hint,
    created_at, expires_at, revoked_at)
  VALUES ('${tokenId}', '${owner.startsWith('user') ? 'personal' : 'organization'}', '${owner.split(' ')[1] ?? ''}', 'x',
    '{tokens:read}', 's-${tokenId}', sha256('x'), 'v1', '', now() - interval '9 days', ${times});`;
const session = (sessionId: string, times: string): string => `
  INSERT INTO sessions (id, user_id, family_hash, refresh_hash, expires_at, revoked_at)
  VALUES ('${sessionId}', '${MEMBER}', sha256('x'), sha256('x'), ${times});`;
const invitation = (invitationId: string, times: string): string => `
  INSERT INTO invitations (id, organization_id, email, email_key, role, secret_hash, invited_by, expires_at, cancelled_at,
    accepted_at)
  VALUES ('${invitationId}', '${A}', '${invitationId}@b.test', '${invitationId}@b.test', 'viewer', sha256('${invitationId}'),
    '${MEMBER}', ${times});`;
const link = (linkId: string, times: string): string => `
  INSERT INTO mailed_secrets (id, user_id, purpose, secret_hash, expires_at, used_at)
  VALUES ('${linkId}', '${MEMBER}', 'reset_password', sha256('${linkId}'), ${times});`;
const TIMES = {
  [LIVE]: `now() + interval '1 day', NULL`,
  [EXPIRED]: `now() - interval '1 day', NULL`,
  [REVOKED]: `now() + interval '1 day', now() - interval '1 day'`,
};

export const FIXTURE = `
  INSERT INTO users (id, email, email_key, name, password_hash) SELECT u::uuid, u || '@b.test', u, 'U', ''
    FROM unnest(ARRAY['${MEMBER}', '${LEFT}', '${LONELY}']) u;
  INSERT INTO organizations (id, name, slug) VALUES ('${A}', 'A', 'org-a'), ('${EMPTY}', 'E', 'org-e');
  INSERT INTO memberships (organization_id, user_id, role) VALUES ('${A}', '${MEMBER}', 'admin'), ('${A}', '${LEFT}', 'member');
  ${Object.entries(TIMES)
    .map(([each, times]) => token(each, `user_id ${MEMBER}`, times) + session(each, times))
    .join('')}
  ${token(FORMER, `user_id ${LEFT}`, 'NULL, NULL')}
  ${token(ORGANIZATIONAL, `organization_id ${A}`, 'NULL, NULL')}
  ${invitation(INVITATION, `now() + interval '1 day', NULL, NULL`)}
  ${invitation(CANCELLED, `now() + interval '1 day', now() - interval '1 day', NULL`)}
  ${invitation(ACCEPTED, `now() + interval '1 day', NULL, now() - interval '1 day'`)}
  ${invitation(OVERDUE, `now() - interval '1 day', NULL, NULL`)}
  ${link(LIVE, `now() + interval '1 hour', NULL`)}
  ${link(OVERDUE, `now() - interval '1 hour', NULL`)}
  ${link(USED, `now() + interval '1 hour', now() - interval '1 hour'`)}
  INSERT INTO audit_events (id, action, actor_kind) VALUES ('${EVENT}', 'user.registered', 'system');
  DELETE FROM memberships WHERE user_id = '${LEFT}';`;

/**
 * Columns of each table whose facts an instance caches: the value of an UPDATE, and the id of the row. Columns without
 * effect on a verdict are listed below.
 */
const OTHER = `'${id('c')}'`;
export const COLUMNS: Readonly<Record<string, Readonly<Record<string, readonly [to: string, row: string]>>>> = {
  access_tokens: {
    id: [OTHER, LIVE],
    kind: [`'organization', user_id = NULL, organization_id = '${A}'`, LIVE],
    user_id: [`'${LONELY}'`, LIVE],
    organization_id: [`'${EMPTY}'`, ORGANIZATIONAL],
    scopes: [`'{organization:read}'`, LIVE],
    selector: [`'other'`, LIVE],
    secret_hash: [`sha256('y')`, LIVE],
    hash_key_version: [`'v2'`, LIVE],
    created_at: ['now()', LIVE],
    expires_at: ['now()', LIVE],
    revoked_at: ['now()', LIVE],
  },
  sessions: {
    id: [OTHER, LIVE],
    user_id: [`'${LONELY}'`, LIVE],
    expires_at: [`now() + interval '1 hour'`, LIVE],
    revoked_at: ['now()', LIVE],
  },
  users: {
    id: [OTHER, LONELY],
    email: [`'new@b.test'`, MEMBER],
    name: [`'New'`, MEMBER],
    email_verified_at: ['now()', MEMBER],
    disabled_at: ['now()', LONELY],
  },
  organizations: {
    id: [OTHER, EMPTY],
    name: [`'New'`, EMPTY],
    slug: [`'org-new'`, EMPTY],
    suspended_at: ['now()', EMPTY],
  },
};

/** Columns without effect on a verdict, or that no UPDATE can change. */
export const NO_FACTS: Readonly<Record<string, readonly string[]>> = {
  access_tokens: [
    'label',
    'hint',
    'created_by',
    'last_used_at',
    'last_used_ip',
    'moved_by',
    'revoked_by',
    'revoke_reason',
  ],
  sessions: [
    'family_hash',
    'refresh_hash',
    'previous_refresh_hash',
    'refreshed_at',
    'ip',
    'user_agent',
    'created_at',
    'last_used_at',
    'revoke_reason',
    'sealed_successor',
  ],
  users: ['email_key', 'username', 'password_hash', 'created_at', 'updated_at', 'password_unproven_since'],
  organizations: ['created_at', 'updated_at'],
};
