/**
 * What an operator’s SQL may do to authority, and what the database makes of it: it refuses, it notes the change in the log
 * that every instance reads before its next answer, or it takes away what rested on it. Each probe names the triggers that
 * it would miss.
 */

const id = (digit: string): string => `00000000-0000-7000-8000-${digit.repeat(12)}`;

/** A member of A, with a session, a token and an invitation; a user who left A, with a token from before; one of no ties. */
export const [MEMBER, LEFT, LONELY] = [id('1'), id('2'), id('3')] as const;
export const [A, EMPTY] = [id('a'), id('b')] as const;
const [LIVE, EXPIRED, REVOKED, ORGANIZATIONAL] = [id('4'), id('5'), id('6'), id('7')] as const;
const [INVITATION, EVENT] = [id('8'), id('9')] as const;

const token = (tokenId: string, owner: string, times: string): string => `
  INSERT INTO access_tokens (id, kind, ${owner.split(' ')[0] ?? ''}, label, scopes, selector, secret_hash, hash_key_version, hint,
    created_at, expires_at, revoked_at)
  VALUES ('${tokenId}', '${owner.startsWith('user') ? 'personal' : 'organization'}', '${owner.split(' ')[1] ?? ''}', 'x',
    '{tokens:read}', 's-${tokenId}', sha256('x'), 'v1', '', now() - interval '9 days', ${times});`;
const session = (sessionId: string, times: string): string => `
  INSERT INTO sessions (id, user_id, family_hash, refresh_hash, expires_at, revoked_at)
  VALUES ('${sessionId}', '${MEMBER}', sha256('x'), sha256('x'), ${times});`;
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
  ${token(ORGANIZATIONAL, `organization_id ${A}`, 'NULL, NULL')}
  INSERT INTO invitations (id, organization_id, email, email_key, role, secret_hash, invited_by, expires_at)
    VALUES ('${INVITATION}', '${A}', 'i@b.test', 'i@b.test', 'viewer', sha256('i'), '${MEMBER}', now() + interval '1 day');
  INSERT INTO audit_events (id, action, actor_kind) VALUES ('${EVENT}', 'user.registered', 'system');
  DELETE FROM memberships WHERE user_id = '${LEFT}';`;

export interface Probe {
  readonly name: string;
  /** As \`table.trigger\`. */
  readonly triggers: readonly string[];
  readonly sql: string;
  /** That it is refused, or the changes that the log has then, or a condition that holds then. */
  readonly then: 'refused' | { readonly logged: readonly string[] } | { readonly holds: string };
}

const refused = (triggers: readonly string[], name: string, sql: string): Probe => ({
  name,
  triggers,
  sql,
  then: 'refused',
});
const holds = (trigger: string, name: string, sql: string, condition: string): Probe => ({
  name,
  triggers: [trigger],
  sql,
  then: { holds: condition },
});
const logged = (trigger: string, sql: string, ...changes: string[]): Probe => ({
  name: sql,
  triggers: [trigger],
  sql,
  then: { logged: changes },
});

/**
 * The columns of each table whose facts an instance remembers: what an UPDATE sets it to, and the id of the row. Columns that
 * decide nothing stand below.
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

/** What no verdict rests on, or what no UPDATE can change. */
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
  ],
  users: ['email_key', 'username', 'password_hash', 'created_at', 'updated_at', 'password_unproven_since'],
  organizations: ['created_at', 'updated_at'],
};

const SUBJECTS: Readonly<Record<string, (row: string) => string>> = {
  access_tokens: (row) => `token s-${row}`,
  sessions: (row) => `session ${row}`,
  users: (row) => `user ${row}`,
  organizations: (row) => `organization ${row}`,
};

const UPDATES = Object.entries(COLUMNS).flatMap(([table, columns]) =>
  Object.entries(columns).map(([column, [to, row]]) =>
    logged(
      `${table}.${table}_altered`,
      `UPDATE ${table} SET ${column} = ${to} WHERE id = '${row}'`,
      SUBJECTS[table]?.(row) ?? '',
    ),
  ),
);

const DELETES = [
  logged('access_tokens.access_tokens_logged', `DELETE FROM access_tokens WHERE id = '${LIVE}'`, `token s-${LIVE}`),
  logged('sessions.sessions_logged', `DELETE FROM sessions WHERE id = '${LIVE}'`, `session ${LIVE}`),
  logged(
    'users.users_logged',
    `DELETE FROM users WHERE id = '${MEMBER}'`,
    `user ${MEMBER}`,
    `session ${LIVE}`,
    `token s-${LIVE}`,
  ),
  logged('users.users_logged', `DELETE FROM users WHERE id = '${LONELY}'`, `user ${LONELY}`),
  logged(
    'organizations.organizations_logged',
    `DELETE FROM organizations WHERE id = '${EMPTY}'`,
    `organization ${EMPTY}`,
  ),
  logged(
    'organizations.organizations_logged',
    `DELETE FROM organizations WHERE id = '${A}'`,
    `organization ${A}`,
    `user ${MEMBER}`,
    `token s-${ORGANIZATIONAL}`,
  ),
];

/** A member’s facts hold their memberships, and the slug and the suspension of their organizations. */
const OF_MEMBERS = [
  logged(
    'organizations.organizations_altered',
    `UPDATE organizations SET slug = 'org-new' WHERE id = '${A}'`,
    `user ${MEMBER}`,
  ),
  logged(
    'organizations.organizations_altered',
    `UPDATE organizations SET suspended_at = now() WHERE id = '${A}'`,
    `user ${MEMBER}`,
  ),
  ...[
    `UPDATE memberships SET role = 'viewer'`,
    'DELETE FROM memberships',
    `UPDATE memberships SET organization_id = '${EMPTY}'`,
  ].map((sql) => logged('memberships.memberships_logged', sql, `user ${MEMBER}`)),
  logged(
    'memberships.memberships_logged',
    `UPDATE memberships SET user_id = '${LEFT}'`,
    `user ${MEMBER}`,
    `user ${LEFT}`,
  ),
  logged(
    'memberships.memberships_logged',
    `INSERT INTO memberships (organization_id, user_id, role) VALUES ('${A}', '${LEFT}', 'owner')`,
    `user ${LEFT}`,
  ),
  ...[
    `UPDATE former_memberships SET left_at = '2000-01-01'`,
    'DELETE FROM former_memberships',
    `UPDATE former_memberships SET organization_id = '${EMPTY}'`,
  ].map((sql) => logged('former_memberships.former_memberships_logged', sql, `user ${LEFT}`)),
  logged(
    'former_memberships.former_memberships_logged',
    `UPDATE former_memberships SET user_id = '${MEMBER}'`,
    `user ${MEMBER}`,
    `user ${LEFT}`,
  ),
  logged(
    'former_memberships.former_memberships_logged',
    `INSERT INTO former_memberships VALUES ('${A}', '${MEMBER}', now())`,
    `user ${MEMBER}`,
  ),
];

/** TRUNCATE fires no row trigger. With CASCADE a parent takes its children, and each of them is named. */
const CASCADES = {
  access_tokens: ['access_tokens'],
  sessions: ['sessions'],
  memberships: ['memberships'],
  former_memberships: ['former_memberships'],
  users: ['users', 'sessions', 'memberships', 'access_tokens'],
  organizations: ['organizations', 'memberships', 'access_tokens'],
};
const TRUNCATES = Object.entries(CASCADES).flatMap(([table, emptied]) => ({
  ...logged(`${table}.${table}_truncated`, `TRUNCATE ${table} CASCADE`, ...emptied.map((each) => `everything ${each}`)),
  triggers: emptied.map((each) => `${each}.${each}_truncated`),
}));

const STAYS_DEAD = ['sessions', 'access_tokens'].flatMap((table) =>
  [
    `revoked_at = NULL WHERE id = '${REVOKED}'`,
    `revoked_at = now() WHERE id = '${REVOKED}'`,
    `expires_at = now() + interval '1 year' WHERE id = '${EXPIRED}'`,
    `expires_at = 'infinity' WHERE id = '${EXPIRED}'`,
    ...(table === 'sessions' ? [] : [`expires_at = NULL WHERE id = '${EXPIRED}'`]),
  ].map((change) => refused([`${table}.${table}_stay_dead`], change, `UPDATE ${table} SET ${change}`)),
);

const REPLICA = 'SET LOCAL session_replication_role = replica;';

/** What rested on authority that is taken away goes with it; history stays. */
const CONSEQUENCES = [
  holds(
    'users.users_disabled',
    'a disabled user has no session, no token and no invitation left',
    `UPDATE users SET disabled_at = now() WHERE id = '${MEMBER}'`,
    `NOT EXISTS (SELECT FROM sessions WHERE user_id = '${MEMBER}' AND revoked_at IS NULL)
      AND NOT EXISTS (SELECT FROM access_tokens WHERE user_id = '${MEMBER}' AND revoked_at IS NULL)
      AND NOT EXISTS (SELECT FROM invitations WHERE cancelled_at IS NULL)`,
  ),
  holds(
    'organizations.organizations_suspended',
    'a suspended organization has no token and no invitation left',
    `UPDATE organizations SET suspended_at = now() WHERE id = '${A}'`,
    `NOT EXISTS (SELECT FROM access_tokens WHERE organization_id = '${A}' AND revoked_at IS NULL)
      AND NOT EXISTS (SELECT FROM invitations WHERE cancelled_at IS NULL)`,
  ),
  holds(
    'memberships.memberships_remembered',
    'a removed member who is inserted again has left all the same, and their invitations are cancelled',
    `DELETE FROM memberships WHERE user_id = '${MEMBER}';
     INSERT INTO memberships (organization_id, user_id, role) VALUES ('${A}', '${MEMBER}', 'owner')`,
    `EXISTS (SELECT FROM former_memberships WHERE user_id = '${MEMBER}' AND organization_id = '${A}'
        AND left_at >= (SELECT max(created_at) FROM access_tokens WHERE user_id = '${MEMBER}'))
      AND NOT EXISTS (SELECT FROM invitations WHERE cancelled_at IS NULL)`,
  ),
  holds(
    'access_tokens.access_tokens_dated',
    'a token that is issued after leaving is younger than the leaving',
    `UPDATE former_memberships SET left_at = now() + interval '1 day';
     ${token(id('d'), `user_id ${LEFT}`, 'NULL, NULL')}`,
    `(SELECT created_at FROM access_tokens WHERE id = '${id('d')}') > (SELECT max(left_at) FROM former_memberships)`,
  ),
  holds(
    'access_tokens.access_tokens_moved',
    'a use moves the token in the order of last use',
    `UPDATE access_tokens SET last_used_at = now() WHERE id = '${LIVE}'`,
    `(SELECT moved_by FROM access_tokens WHERE id = '${LIVE}') = pg_current_xact_id()`,
  ),
];

const NAMES = [
  ...[
    `UPDATE account_names SET name = 'taken-over' WHERE name = 'org-a'`,
    `UPDATE account_names SET organization_id = '${EMPTY}' WHERE name = 'org-a'`,
    `DELETE FROM account_names WHERE name = 'org-a'`,
  ].map((sql) => refused(['account_names.account_names_kept'], sql, sql)),
  refused(
    ['users.users_keep_username'],
    'a username is changed',
    `UPDATE users SET username = 'another' WHERE id = '${LONELY}'`,
  ),
  ...[
    `INSERT INTO organizations (id, name, slug) VALUES ('${id('d')}', 'D', 'org-d')`,
    `UPDATE organizations SET slug = 'org-d' WHERE id = '${EMPTY}'`,
  ].map((sql) =>
    holds(
      'organizations.organizations_claim_slug',
      sql,
      sql,
      `EXISTS (SELECT FROM account_names WHERE name = 'org-d')`,
    ),
  ),
  ...['users.users_given_username', 'users.users_claim_username'].map((trigger) =>
    holds(
      trigger,
      `a new user has a name of their own (${trigger})`,
      `INSERT INTO users (id, email, email_key, name, password_hash) VALUES ('${id('d')}', 'd@b.test', 'd', 'Dora', '')`,
      `EXISTS (SELECT FROM users u JOIN account_names n ON n.name = u.username AND n.user_id = u.id WHERE u.id = '${id('d')}')`,
    ),
  ),
];

const HISTORY = [
  ...[`UPDATE audit_events SET action = 'user.deleted'`, `DELETE FROM audit_events WHERE id = '${EVENT}'`].map((sql) =>
    refused(['audit_events.audit_events_kept'], sql, sql),
  ),
  refused(['audit_events.audit_events_kept_whole'], 'the audit trail is truncated', 'TRUNCATE audit_events'),
  holds(
    'audit_events.audit_events_placed',
    'an event has its position',
    `INSERT INTO audit_events (id, action, actor_kind, position) VALUES ('${id('d')}', 'user.updated', 'system', 0)`,
    `(SELECT position FROM audit_events WHERE id = '${id('d')}') > 0`,
  ),
];

/** Rows that another server’s triggers have derived from the same cause. */
const REPLICATED = [
  holds(
    'former_memberships.former_memberships_merged',
    'a replicated leaving is merged',
    `${REPLICA} INSERT INTO former_memberships VALUES ('${A}', '${LEFT}', now() + interval '1 day')`,
    `(SELECT left_at > now() FROM former_memberships WHERE user_id = '${LEFT}')`,
  ),
  holds(
    'account_names.account_names_merged',
    'a replicated name is merged',
    `${REPLICA} INSERT INTO account_names (name, organization_id) VALUES ('org-a', '${A}')`,
    `EXISTS (SELECT FROM account_names WHERE name = 'org-a')`,
  ),
];

/** \`former_log\` is the id from before, kept by the spec. A new log makes every instance forget all. */
const NEW_LOG = '(SELECT count(*) = 1 AND bool_and(log_id <> former_log.id) FROM authority_pruning, former_log)';
const LOG = [
  ...[
    ['authority_changes.authority_changes_altered', `UPDATE authority_changes SET subject_id = 'x'`],
    ['authority_changes.authority_changes_truncated', 'TRUNCATE authority_changes'],
    ['authority_pruning.authority_pruning_removed', 'DELETE FROM authority_pruning'],
    ['authority_pruning.authority_pruning_truncated', 'TRUNCATE authority_pruning'],
    [
      'authority_pruning.authority_pruning_set_back',
      `UPDATE authority_pruning SET pruned_through = '9'; UPDATE authority_pruning SET pruned_through = '8'`,
    ],
  ].map(([trigger = '', sql = '']) => holds(trigger, sql, sql, NEW_LOG)),
  holds(
    'authority_changes.authority_changes_removed',
    'removed changes leave the mark of the last one',
    `INSERT INTO authority_changes (subject_kind, subject_id) VALUES ('user', 'x'); DELETE FROM authority_changes`,
    '(SELECT pruned_through >= pg_current_xact_id() FROM authority_pruning)',
  ),
];

export const PROBES: readonly Probe[] = [
  ...UPDATES,
  ...DELETES,
  ...OF_MEMBERS,
  ...TRUNCATES,
  ...STAYS_DEAD,
  ...CONSEQUENCES,
  ...NAMES,
  ...HISTORY,
  ...REPLICATED,
  ...LOG,
];
