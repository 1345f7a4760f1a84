/**
 * Probes of revival: statements that would restore an ended invitation or link, or the rights of a former member or a
 * deleted owner. Also the statements that an operator and replication may still run on such rows.
 */
import {
  A,
  ACCEPTED,
  CANCELLED,
  EMPTY,
  FORMER,
  id,
  INVITATION,
  LEFT,
  LONELY,
  MEMBER,
  OVERDUE,
  token,
  USED,
} from './authority-rows.js';
import { holds, refused, REPLICA, type Probe } from './probe.js';

/**
 * Statements that would revive an ended invitation or link, each with a condition that holds while the row is not
 * revived.
 */
const REVIVALS = (
  [
    ['invitations', CANCELLED, 'cancelled_at = NULL', 'cancelled_at < now()'],
    ['invitations', ACCEPTED, 'accepted_at = NULL', 'accepted_at < now()'],
    ['invitations', OVERDUE, `expires_at = now() + interval '1 day'`, 'expires_at < now()'],
    ['invitations', OVERDUE, `expires_at = 'infinity'`, 'expires_at < now()'],
    ['invitations', OVERDUE, `expires_at = now() - interval '1 second'`, `expires_at < now() - interval '1 hour'`],
    ['mailed_secrets', USED, 'used_at = NULL', 'used_at < now()'],
    ['mailed_secrets', OVERDUE, `expires_at = now() + interval '1 day'`, 'expires_at < now()'],
    ['mailed_secrets', OVERDUE, `expires_at = 'infinity'`, 'expires_at < now()'],
    ['access_tokens', FORMER, 'created_at = clock_timestamp()', `created_at < now() - interval '1 day'`],
    ['access_tokens', FORMER, `created_at = 'infinity'`, `created_at < now() - interval '1 day'`],
  ] as const
).flatMap(([table, row, change, still]) => {
  const trigger = `${table}.${table}_${table === 'access_tokens' ? 'stay_former' : 'stay_over'}`;
  const sql = `UPDATE ${table} SET ${change} WHERE id = '${row}'`;
  return [
    refused([trigger], sql, sql),
    // An error does not stop replication.
    holds(trigger, `replicated: ${sql}`, `${REPLICA} ${sql}`, `(SELECT ${still} FROM ${table} WHERE id = '${row}')`),
  ];
});

/** An open row may end sooner, and an ended one may be cancelled, as the service and its triggers do. */
const ENDINGS = [
  `UPDATE invitations SET expires_at = now() WHERE id = '${INVITATION}'`,
  `UPDATE invitations SET expires_at = now() + interval '2 days' WHERE id = '${INVITATION}'`,
  `UPDATE invitations SET cancelled_at = now() WHERE id IN ('${INVITATION}', '${OVERDUE}', '${CANCELLED}')`,
  `UPDATE invitations SET accepted_at = now() WHERE id = '${INVITATION}'`,
  `UPDATE invitations SET invited_by = NULL, expires_at = '-infinity'`,
  `UPDATE mailed_secrets SET used_at = now()`,
  `UPDATE mailed_secrets SET expires_at = now() - interval '1 year'`,
  `UPDATE access_tokens SET created_at = '2000-01-01' WHERE id = '${FORMER}'`,
].map((sql) => ({ name: `allowed: ${sql}`, triggers: [], sql, then: { holds: 'true' } }));

/**
 * However a membership ends, the leaving instant is after the user's youngest token, and the user's invitations end.
 */
const hasLeft = (trigger: string, sql: string): Probe =>
  holds(
    trigger,
    `leaves a former membership: ${sql}`,
    sql,
    `EXISTS (SELECT FROM former_memberships WHERE user_id = '${MEMBER}' AND organization_id = '${A}'
        AND left_at >= (SELECT max(created_at) FROM access_tokens WHERE user_id = '${MEMBER}'))
      AND NOT EXISTS (SELECT FROM invitations WHERE accepted_at IS NULL AND cancelled_at IS NULL)`,
  );
const REINSERT = `INSERT INTO memberships (organization_id, user_id, role) VALUES ('${A}', '${MEMBER}', 'owner')`;
const DEPARTURES = [
  hasLeft('memberships.memberships_remembered', `DELETE FROM memberships WHERE user_id = '${MEMBER}'; ${REINSERT}`),
  ...[
    `user_id = '${LONELY}'`,
    `organization_id = '${EMPTY}'`,
    `user_id = '${LONELY}', organization_id = '${EMPTY}'`,
  ].map((change) =>
    hasLeft(
      'memberships.memberships_moved',
      `UPDATE memberships SET ${change} WHERE user_id = '${MEMBER}'; ${REINSERT}`,
    ),
  ),
  hasLeft('memberships.memberships_emptied', `TRUNCATE memberships; ${REINSERT}`),
  hasLeft('memberships.memberships_emptied', `${REPLICA} TRUNCATE memberships; ${REINSERT}`),
  {
    name: 'a replicated token is as old as where it was issued',
    triggers: [],
    sql: `${REPLICA} ${token(id('d'), `user_id ${LEFT}`, 'NULL, NULL')}`,
    then: { holds: `(SELECT created_at FROM access_tokens WHERE id = '${id('d')}') < now() - interval '1 day'` },
  },
  {
    name: 'a changed role is no leaving',
    triggers: [],
    sql: `UPDATE memberships SET role = 'owner'`,
    then: { holds: `NOT EXISTS (SELECT FROM former_memberships WHERE user_id = '${MEMBER}')` },
  },
];

/** The replication role checks no foreign key: an owner who is inserted again must not get back the former rows. */
const ORPHANS = [
  holds(
    'users.users_deleted',
    'a user who is deleted in the replication role leaves nothing that a user of the same id could have',
    `${REPLICA} DELETE FROM users WHERE id = '${MEMBER}'`,
    `NOT EXISTS (SELECT FROM sessions WHERE user_id = '${MEMBER}' AND revoked_at IS NULL)
      AND NOT EXISTS (SELECT FROM access_tokens WHERE user_id = '${MEMBER}' AND revoked_at IS NULL)
      AND NOT EXISTS (SELECT FROM mailed_secrets WHERE user_id = '${MEMBER}')
      AND NOT EXISTS (SELECT FROM memberships WHERE user_id = '${MEMBER}')
      AND NOT EXISTS (SELECT FROM invitations WHERE accepted_at IS NULL AND cancelled_at IS NULL)`,
  ),
  holds(
    'organizations.organizations_deleted',
    'an organization that is deleted in the replication role leaves nothing that one of the same id could have',
    `${REPLICA} DELETE FROM organizations WHERE id = '${A}'`,
    `NOT EXISTS (SELECT FROM access_tokens WHERE organization_id = '${A}' AND revoked_at IS NULL)
      AND NOT EXISTS (SELECT FROM memberships WHERE organization_id = '${A}')
      AND NOT EXISTS (SELECT FROM invitations WHERE accepted_at IS NULL AND cancelled_at IS NULL)`,
  ),
];

export const REVIVAL_PROBES: readonly Probe[] = [...REVIVALS, ...ENDINGS, ...DEPARTURES, ...ORPHANS];
