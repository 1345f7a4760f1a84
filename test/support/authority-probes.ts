/**
 * Probes of authority by an operator's SQL. The database refuses a statement, or notes the change in the log that every
 * instance reads before its next response, or removes dependent rows. Each probe names the triggers without which it
 * would fail.
 */
import {
  A,
  COLUMNS,
  EMPTY,
  EVENT,
  EXPIRED,
  id,
  LEFT,
  LIVE,
  LONELY,
  MEMBER,
  ORGANIZATIONAL,
  REVOKED,
  token,
} from './authority-rows.js';
import { holds, logged, refused, REPLICA, type Probe } from './probe.js';
import { REVIVAL_PROBES } from './revival-probes.js';

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

/** A member's facts contain their memberships, and the slug and the suspension of their organizations. */
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

/** TRUNCATE fires no row trigger. With CASCADE a parent truncates its children, and each of them is named. */
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

/** Rows that depended on removed authority are removed with it; history stays. */
const CONSEQUENCES = [
  holds(
    'users.users_disabled',
    'a disabled user has no session, no token and no invitation left',
    `UPDATE users SET disabled_at = now() WHERE id = '${MEMBER}'`,
    `NOT EXISTS (SELECT FROM sessions WHERE user_id = '${MEMBER}' AND revoked_at IS NULL)
      AND NOT EXISTS (SELECT FROM access_tokens WHERE user_id = '${MEMBER}' AND revoked_at IS NULL)
      AND NOT EXISTS (SELECT FROM invitations WHERE accepted_at IS NULL AND cancelled_at IS NULL)`,
  ),
  holds(
    'organizations.organizations_suspended',
    'a suspended organization has no token and no invitation left',
    `UPDATE organizations SET suspended_at = now() WHERE id = '${A}'`,
    `NOT EXISTS (SELECT FROM access_tokens WHERE organization_id = '${A}' AND revoked_at IS NULL)
      AND NOT EXISTS (SELECT FROM invitations WHERE accepted_at IS NULL AND cancelled_at IS NULL)`,
  ),
  holds(
    'sessions.sessions_successor_erased',
    'a session that ends loses the sealed successor of its refresh token',
    `UPDATE sessions SET sealed_successor = decode(repeat('00', 71), 'hex') WHERE id = '${LIVE}';
     UPDATE sessions SET revoked_at = now() WHERE id = '${LIVE}'`,
    `(SELECT sealed_successor IS NULL FROM sessions WHERE id = '${LIVE}')`,
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
  ...['TRUNCATE account_names', 'TRUNCATE organizations, account_names CASCADE'].map((sql) =>
    refused(['account_names.account_names_kept_whole'], sql, sql),
  ),
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

/** Rows that another server's triggers derived from the same cause. */
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

/** `former_log` is the earlier id, stored by the spec. A new log makes every instance clear its facts. */
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
  ...REVIVAL_PROBES,
  ...CONSEQUENCES,
  ...NAMES,
  ...HISTORY,
  ...REPLICATED,
  ...LOG,
];
