/**
 * The change log watches over itself, and what arrives by replication finds its way. A log that somebody emptied, or that
 * came with a dump from another cluster, is a new log with a new `log_id`: a process that knew the old one forgets all.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const LOCK_TIMEOUT = `SET LOCAL lock_timeout = '3s';\n`;

const LOG = `
-- log_id: another one means that changes may be missing from the log. system_identifier: of the cluster whose transaction
-- ids stand in the log, or NULL while that is not known.
ALTER TABLE authority_pruning
  ADD COLUMN log_id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN system_identifier text;

-- Whoever removes changes, the pruner or anybody, leaves the mark up to which a reader has missed some.
CREATE FUNCTION mark_removed_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE authority_pruning SET pruned_through = removed.last
    FROM (SELECT max(xid) AS last FROM removed_changes) AS removed WHERE pruned_through < removed.last;
  RETURN NULL;
END $$;
CREATE TRIGGER authority_changes_removed AFTER DELETE ON authority_changes REFERENCING OLD TABLE AS removed_changes
  FOR EACH STATEMENT EXECUTE FUNCTION mark_removed_changes();

CREATE FUNCTION begin_new_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO authority_pruning AS mark (pruned_through) VALUES (pg_current_xact_id())
    ON CONFLICT (one) DO UPDATE SET log_id = excluded.log_id,
      pruned_through = greatest(mark.pruned_through, excluded.pruned_through);
  RETURN NULL;
END $$;
CREATE TRIGGER authority_changes_altered AFTER UPDATE ON authority_changes
  FOR EACH STATEMENT EXECUTE FUNCTION begin_new_log();
CREATE TRIGGER authority_changes_truncated AFTER TRUNCATE ON authority_changes
  FOR EACH STATEMENT EXECUTE FUNCTION begin_new_log();
CREATE TRIGGER authority_pruning_removed AFTER DELETE ON authority_pruning
  FOR EACH STATEMENT EXECUTE FUNCTION begin_new_log();
CREATE TRIGGER authority_pruning_truncated AFTER TRUNCATE ON authority_pruning
  FOR EACH STATEMENT EXECUTE FUNCTION begin_new_log();

CREATE FUNCTION renew_log_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.log_id := gen_random_uuid();
  RETURN NEW;
END $$;
CREATE TRIGGER authority_pruning_set_back BEFORE UPDATE ON authority_pruning
  FOR EACH ROW WHEN (NEW.pruned_through < OLD.pruned_through) EXECUTE FUNCTION renew_log_id();
`;

/**
 * An UPDATE OF trigger fires by the columns that the statement names, and misses what another BEFORE trigger sets. These
 * compare instead.
 */
const COMPARED = {
  access_tokens: [
    'log_token_change',
    'id, kind, user_id, organization_id, scopes, selector, secret_hash, hash_key_version, created_at, expires_at, revoked_at',
  ],
  sessions: ['log_session_change', 'id, user_id, expires_at, revoked_at'],
  users: ['log_user_change', 'id, email, name, username, email_verified_at, disabled_at'],
  organizations: ['log_organization_change', 'id, slug, name, suspended_at'],
} as const;

const COMPARE = Object.entries(COMPARED)
  .map(([table, [log, columns]]) => {
    const row = (version: string): string => `ROW(${columns.replace(/\w+/g, `${version}.$&`)})`;
    return `
CREATE TRIGGER ${table}_altered AFTER UPDATE ON ${table}
  FOR EACH ROW WHEN (${row('OLD')} IS DISTINCT FROM ${row('NEW')}) EXECUTE FUNCTION ${log}();
DROP TRIGGER ${table}_logged ON ${table};
CREATE TRIGGER ${table}_logged AFTER DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${log}();`;
  })
  .join('\n');

/** As in 1700000000002, and ALWAYS, as 1700000000007 left them. */
const COMPARE_NO_MORE = `
DROP TRIGGER access_tokens_logged ON access_tokens;
CREATE TRIGGER access_tokens_logged AFTER DELETE OR UPDATE OF id, kind, user_id, organization_id, scopes, selector,
  secret_hash, hash_key_version, created_at, expires_at, revoked_at ON access_tokens
  FOR EACH ROW EXECUTE FUNCTION log_token_change();
DROP TRIGGER sessions_logged ON sessions;
CREATE TRIGGER sessions_logged AFTER DELETE OR UPDATE OF id, user_id, expires_at, revoked_at ON sessions
  FOR EACH ROW EXECUTE FUNCTION log_session_change();
DROP TRIGGER users_logged ON users;
CREATE TRIGGER users_logged AFTER DELETE OR UPDATE OF id, email, name, email_verified_at, disabled_at ON users
  FOR EACH ROW EXECUTE FUNCTION log_user_change();
DROP TRIGGER organizations_logged ON organizations;
CREATE TRIGGER organizations_logged AFTER DELETE OR UPDATE OF id, slug, name, suspended_at ON organizations
  FOR EACH ROW EXECUTE FUNCTION log_organization_change();
${Object.keys(COMPARED)
  .map((table) => `DROP TRIGGER ${table}_altered ON ${table};`)
  .join('\n')}`;

/**
 * Rows that another server's triggers have derived arrive beside those that the triggers here derive from the same cause.
 * An error would stop the worker for ever, so that what is dead stays dead without one.
 */
const REPLICATION = `
CREATE OR REPLACE FUNCTION refuse_resurrection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('session_replication_role') = 'replica' THEN
    NEW.revoked_at := coalesce(OLD.revoked_at, NEW.revoked_at);
    IF OLD.expires_at <= clock_timestamp() AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at) THEN
      NEW.expires_at := OLD.expires_at;
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
    RAISE EXCEPTION 'a revoked credential stays revoked' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.expires_at <= clock_timestamp() AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at) THEN
    RAISE EXCEPTION 'an expired credential stays expired' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION merge_former_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE former_memberships SET left_at = greatest(left_at, NEW.left_at)
    WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
  RETURN CASE WHEN FOUND THEN NULL ELSE NEW END;
END $$;
CREATE TRIGGER former_memberships_merged BEFORE INSERT ON former_memberships FOR EACH ROW
  WHEN (current_setting('session_replication_role') = 'replica') EXECUTE FUNCTION merge_former_membership();

CREATE FUNCTION merge_account_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM account_names WHERE name = NEW.name
    AND organization_id IS NOT DISTINCT FROM NEW.organization_id AND user_id IS NOT DISTINCT FROM NEW.user_id;
  RETURN CASE WHEN FOUND THEN NULL ELSE NEW END;
END $$;
CREATE TRIGGER account_names_merged BEFORE INSERT ON account_names FOR EACH ROW
  WHEN (current_setting('session_replication_role') = 'replica') EXECUTE FUNCTION merge_account_name();
`;

/** As in 1700000000001. */
const REPLICATION_NO_MORE = `
DROP TRIGGER account_names_merged ON account_names;
DROP FUNCTION merge_account_name();
DROP TRIGGER former_memberships_merged ON former_memberships;
DROP FUNCTION merge_former_membership();
CREATE OR REPLACE FUNCTION refuse_resurrection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
    RAISE EXCEPTION 'a revoked credential stays revoked' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.expires_at <= clock_timestamp() AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at) THEN
    RAISE EXCEPTION 'an expired credential stays expired' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
`;

const PINNED = [
  'refuse_resurrection()',
  'mark_removed_changes()',
  'begin_new_log()',
  'renew_log_id()',
  'merge_former_membership()',
  'merge_account_name()',
];

/** Also what was replaced: CREATE OR REPLACE FUNCTION forgets the settings of a function. */
function pin(functions: readonly string[]): string {
  return `
DO $$
DECLARE
  home text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'access_tokens'::regclass);
  signature text;
BEGIN
  FOREACH signature IN ARRAY ARRAY[${functions.map((each) => `'${each}'`).join(', ')}] LOOP
    EXECUTE format('ALTER FUNCTION %s.%s SET search_path = %s, pg_temp', home, signature, home);
  END LOOP;
END $$;`;
}

const COMPARING = Object.keys(COMPARED).flatMap((table) => [`${table}_logged`, `${table}_altered`]);
const WATCHING = [
  'authority_changes_removed',
  'authority_changes_altered',
  'authority_changes_truncated',
  'authority_pruning_removed',
  'authority_pruning_truncated',
  'authority_pruning_set_back',
];
const MERGING = ['former_memberships_merged', 'account_names_merged'];

/** By their names: what follows the table's. */
function always(triggers: readonly string[]): string {
  const statement = (name: string): string =>
    `ALTER TABLE ${name.slice(0, name.search(/_(?:removed|altered|truncated|set_back|merged|logged)$/))} ENABLE ALWAYS TRIGGER ${name};`;
  return triggers.map(statement).join('\n');
}

const LOG_NO_MORE = `
DROP TRIGGER authority_pruning_set_back ON authority_pruning;
DROP FUNCTION renew_log_id();
DROP TRIGGER authority_pruning_truncated ON authority_pruning;
DROP TRIGGER authority_pruning_removed ON authority_pruning;
DROP TRIGGER authority_changes_truncated ON authority_changes;
DROP TRIGGER authority_changes_altered ON authority_changes;
DROP FUNCTION begin_new_log();
DROP TRIGGER authority_changes_removed ON authority_changes;
DROP FUNCTION mark_removed_changes();
ALTER TABLE authority_pruning DROP COLUMN system_identifier, DROP COLUMN log_id;
`;

const UP = [LOCK_TIMEOUT, LOG, COMPARE, REPLICATION, pin(PINNED), always([...WATCHING, ...COMPARING, ...MERGING])];
const DOWN = [
  LOCK_TIMEOUT,
  REPLICATION_NO_MORE,
  COMPARE_NO_MORE,
  LOG_NO_MORE,
  pin(['refuse_resurrection()']),
  always(Object.keys(COMPARED).map((table) => `${table}_logged`)),
];

export class UnbrokenLog1700000000008 implements MigrationInterface {
  readonly name = 'UnbrokenLog1700000000008';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP.join('\n'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN.join('\n'));
  }
}
