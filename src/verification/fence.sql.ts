/**
 * The two statements of the fence. Each is one statement and so one snapshot. Changes, loaded rows, the next fence's
 * position and the database's clock all belong to the same moment.
 *
 * A change is new when its transaction is not visible in the previous snapshot. Comparing with the snapshot's xmin
 * alone would be correct too. But one long write transaction would then make every fence re-read all later changes.
 */

import { fingerprint } from '../platform/database/authority-triggers.sql.js';

/** Above this number of changes, clearing the whole cache is cheaper. */
export const MAX_CHANGES = 10_000;

/**
 * $1: the previous snapshot as text, or NULL on a new connection. $2, $3: object ids of the fenced tables and of the
 * functions that their triggers call. While the snapshot equals the previous one nothing was committed, so the catalogs
 * need no check; it would cost as much as the rest.
 */
const STATE = `
SELECT pg_current_snapshot()::text AS snapshot, clock_timestamp() AS now,
  pg_postmaster_start_time()::text AS server, pg_is_in_recovery() AS replica,
  (SELECT log_id FROM authority_pruning) AS log,
  CASE WHEN pg_current_snapshot()::text = $1::pg_snapshot::text THEN NULL ELSE
    ${fingerprint('$2::oid[]', '$3::oid[]')} END AS guards,
  (SELECT pruned_through >= pg_snapshot_xmin($1::pg_snapshot) FROM authority_pruning) AS outdated,
  (SELECT json_agg(json_build_array(kind, id)) FROM (
    SELECT DISTINCT subject_kind AS kind, subject_id AS id FROM authority_changes
    WHERE xid >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, $1::pg_snapshot)
    LIMIT ${String(MAX_CHANGES + 1)}) AS change) AS changes`;

const MEMBERSHIPS = `
(SELECT json_agg(json_build_object('organizationId', m.organization_id, 'organizationSlug', o.slug, 'role', m.role,
    'organizationSuspended', o.suspended_at IS NOT NULL, 'leftAt', f.left_at))
  FROM memberships m
  JOIN organizations o ON o.id = m.organization_id
  LEFT JOIN former_memberships f ON f.organization_id = m.organization_id AND f.user_id = m.user_id
  WHERE m.user_id = u.id)`;

/**
 * The timeline of the server, from the name of its current log file. `pg_control_checkpoint()` would return the
 * timeline of the latest checkpoint, which may be minutes older than a promotion.
 */
export const TIMELINE = `
SELECT CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END AS timeline`;

/** For requests whose facts are all cached. */
export const CONFIRM = { name: 'latchkey-confirm', text: STATE };

/** $4: selectors, $5: session ids, $6: user ids, $7: organization ids. Also loads the owners of the found rows. */
export const CONFIRM_AND_LOAD = {
  name: 'latchkey-confirm-and-load',
  text: `
WITH token AS MATERIALIZED (SELECT * FROM access_tokens WHERE selector = ANY($4::text[])),
session AS MATERIALIZED (SELECT * FROM sessions WHERE id = ANY($5::uuid[])),
wanted_user AS (
  SELECT unnest($6::uuid[]) AS id UNION SELECT user_id FROM token UNION SELECT user_id FROM session),
wanted_organization AS (SELECT unnest($7::uuid[]) AS id UNION SELECT organization_id FROM token)
${STATE},
  (SELECT json_agg(json_build_object('id', id, 'kind', kind, 'selector', selector,
      'secretHash', encode(secret_hash, 'hex'), 'hashKeyVersion', hash_key_version, 'scopes', scopes,
      'createdAt', created_at, 'expiresAt', expires_at, 'revokedAt', revoked_at, 'userId', user_id,
      'organizationId', organization_id)) FROM token) AS tokens,
  (SELECT json_agg(json_build_object('id', id, 'userId', user_id, 'expiresAt', expires_at, 'revokedAt', revoked_at))
    FROM session) AS sessions,
  (SELECT json_agg(json_build_object('id', u.id, 'email', u.email, 'name', u.name,
      'username', u.username, 'emailVerified', u.email_verified_at IS NOT NULL, 'disabledAt', u.disabled_at, 'memberships', ${MEMBERSHIPS}))
    FROM users u WHERE u.id IN (SELECT id FROM wanted_user)) AS users,
  (SELECT json_agg(json_build_object('id', id, 'slug', slug, 'name', name, 'suspendedAt', suspended_at))
    FROM organizations WHERE id IN (SELECT id FROM wanted_organization)) AS organizations`,
};
