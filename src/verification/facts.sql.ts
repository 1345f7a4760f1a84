/**
 * The statements that read facts. Each is one statement, so one snapshot: a token, its owner, the owner's memberships and
 * the database's clock are never from different moments. They must run on the primary, and say so when they do not.
 */

const OWNER = `
  jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name, 'emailVerified', u.email_verified_at IS NOT NULL,
    'disabledAt', u.disabled_at, 'memberships', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('organizationId', m.organization_id, 'organizationSlug', o.slug,
        'role', m.role, 'organizationSuspended', o.suspended_at IS NOT NULL, 'leftAt', f.left_at)), '[]'::jsonb)
      FROM memberships m
      JOIN organizations o ON o.id = m.organization_id
      LEFT JOIN former_memberships f ON f.organization_id = m.organization_id AND f.user_id = m.user_id
      WHERE m.user_id = u.id))`;

const tokenFactsBy = (condition: string): string => `
SELECT clock_timestamp() AS now, pg_is_in_recovery() AS in_recovery, t.id, t.kind, t.secret_hash, t.hash_key_version,
  t.scopes, t.created_at, t.expires_at, t.revoked_at, CASE WHEN u.id IS NOT NULL THEN ${OWNER} END AS owner,
  CASE WHEN g.id IS NOT NULL THEN
    jsonb_build_object('id', g.id, 'slug', g.slug, 'name', g.name, 'suspendedAt', g.suspended_at) END AS organization
FROM (SELECT) AS one
LEFT JOIN access_tokens t ON ${condition}
LEFT JOIN users u ON u.id = t.user_id
LEFT JOIN organizations g ON g.id = t.organization_id`;

/** $1: the selector. One row, also for an unknown token: then all but the first two columns are NULL. */
export const READ_TOKEN_FACTS = tokenFactsBy('t.selector = $1');

/** $1: the token's id. */
export const READ_TOKEN_FACTS_BY_ID = tokenFactsBy('t.id = $1');

/** $1: the session's id. One row, also for an unknown session. */
export const READ_SESSION_FACTS = `
SELECT clock_timestamp() AS now, pg_is_in_recovery() AS in_recovery, s.id, s.expires_at, s.revoked_at,
  CASE WHEN u.id IS NOT NULL THEN ${OWNER} END AS owner
FROM (SELECT) AS one
LEFT JOIN sessions s ON s.id = $1
LEFT JOIN users u ON u.id = s.user_id`;
