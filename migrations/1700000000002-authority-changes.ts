/**
 * The change log that the freshness fence reads. Triggers write it, so neither code nor an operator's SQL can change
 * authority without leaving a row here. `xid` and not a sequence: a sequence number is taken before the commit, so 5 can
 * become visible after 6, and a reader at 6 would never see it.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
CREATE TABLE authority_changes (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  subject_kind text NOT NULL CONSTRAINT authority_changes_subject_kind
    CHECK (subject_kind IN ('token', 'session', 'user', 'organization', 'everything')),
  -- A token's selector, or the id of a session, user or organization.
  subject_id text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX authority_changes_xid ON authority_changes (xid);
CREATE INDEX authority_changes_changed_at ON authority_changes (changed_at);

-- How far the log has been pruned: one row. A reader whose position is not past it has missed changes.
CREATE TABLE authority_pruning (
  one boolean PRIMARY KEY DEFAULT true CONSTRAINT authority_pruning_one CHECK (one),
  pruned_through xid8 NOT NULL
);
INSERT INTO authority_pruning (pruned_through) VALUES ('0');

CREATE FUNCTION log_token_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO authority_changes (subject_kind, subject_id) VALUES ('token', OLD.selector);
  RETURN NULL;
END $$;
CREATE TRIGGER access_tokens_logged AFTER DELETE OR UPDATE OF id, kind, user_id, organization_id, scopes, selector,
  secret_hash, hash_key_version, created_at, expires_at, revoked_at ON access_tokens
  FOR EACH ROW EXECUTE FUNCTION log_token_change();

CREATE FUNCTION log_session_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO authority_changes (subject_kind, subject_id) VALUES ('session', OLD.id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER sessions_logged AFTER DELETE OR UPDATE OF id, user_id, expires_at, revoked_at ON sessions
  FOR EACH ROW EXECUTE FUNCTION log_session_change();

CREATE FUNCTION log_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO authority_changes (subject_kind, subject_id) VALUES ('user', OLD.id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER users_logged AFTER DELETE OR UPDATE OF id, email, name, email_verified_at, disabled_at ON users
  FOR EACH ROW EXECUTE FUNCTION log_user_change();

-- A user's facts hold their memberships, so a membership's change is a change of its user.
CREATE FUNCTION log_membership_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO authority_changes (subject_kind, subject_id) VALUES ('user', OLD.user_id::text);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO authority_changes (subject_kind, subject_id) VALUES ('user', NEW.user_id::text);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER memberships_logged AFTER INSERT OR UPDATE OR DELETE ON memberships
  FOR EACH ROW EXECUTE FUNCTION log_membership_change();
CREATE TRIGGER former_memberships_logged AFTER INSERT OR UPDATE OR DELETE ON former_memberships
  FOR EACH ROW EXECUTE FUNCTION log_membership_change();

-- The facts of its members hold an organization's slug and suspension.
CREATE FUNCTION log_organization_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO authority_changes (subject_kind, subject_id) VALUES ('organization', OLD.id::text);
  INSERT INTO authority_changes (subject_kind, subject_id)
    SELECT 'user', user_id::text FROM memberships WHERE organization_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER organizations_logged AFTER DELETE OR UPDATE OF id, slug, name, suspended_at ON organizations
  FOR EACH ROW EXECUTE FUNCTION log_organization_change();

-- TRUNCATE fires no row trigger.
CREATE FUNCTION log_everything_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO authority_changes (subject_kind, subject_id) VALUES ('everything', TG_TABLE_NAME);
  RETURN NULL;
END $$;
CREATE TRIGGER access_tokens_truncated AFTER TRUNCATE ON access_tokens EXECUTE FUNCTION log_everything_changed();
CREATE TRIGGER sessions_truncated AFTER TRUNCATE ON sessions EXECUTE FUNCTION log_everything_changed();
CREATE TRIGGER users_truncated AFTER TRUNCATE ON users EXECUTE FUNCTION log_everything_changed();
CREATE TRIGGER memberships_truncated AFTER TRUNCATE ON memberships EXECUTE FUNCTION log_everything_changed();
CREATE TRIGGER former_memberships_truncated AFTER TRUNCATE ON former_memberships
  EXECUTE FUNCTION log_everything_changed();
CREATE TRIGGER organizations_truncated AFTER TRUNCATE ON organizations EXECUTE FUNCTION log_everything_changed();
`;

const LOGGED = ['access_tokens', 'sessions', 'users', 'memberships', 'former_memberships', 'organizations'];

const DOWN = `
${LOGGED.map((table) => `DROP TRIGGER ${table}_truncated ON ${table};\nDROP TRIGGER ${table}_logged ON ${table};`).join('\n')}
DROP FUNCTION log_everything_changed();
DROP FUNCTION log_organization_change();
DROP FUNCTION log_membership_change();
DROP FUNCTION log_user_change();
DROP FUNCTION log_session_change();
DROP FUNCTION log_token_change();
DROP TABLE authority_pruning, authority_changes;
`;

export class AuthorityChanges1700000000002 implements MigrationInterface {
  readonly name = 'AuthorityChanges1700000000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
