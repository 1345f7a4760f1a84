/**
 * What is dead stays dead, whoever writes: disabling a user ends their sessions and personal tokens, suspending an
 * organization revokes its tokens, leaving an organization bars older personal tokens from it, all three cancel the open
 * invitations concerned, and no row comes back from revoked or expired. As triggers, because operators type SQL too.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
CREATE FUNCTION refuse_resurrection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
    RAISE EXCEPTION 'a revoked credential stays revoked' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.expires_at <= clock_timestamp() AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at) THEN
    RAISE EXCEPTION 'an expired credential stays expired' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER access_tokens_stay_dead BEFORE UPDATE OF revoked_at, expires_at ON access_tokens
  FOR EACH ROW EXECUTE FUNCTION refuse_resurrection();
CREATE TRIGGER sessions_stay_dead BEFORE UPDATE OF revoked_at, expires_at ON sessions
  FOR EACH ROW EXECUTE FUNCTION refuse_resurrection();

CREATE FUNCTION end_credentials_of_disabled_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE sessions SET revoked_at = clock_timestamp(), revoke_reason = 'user disabled'
    WHERE user_id = NEW.id AND revoked_at IS NULL;
  UPDATE access_tokens SET revoked_at = clock_timestamp(), revoke_reason = 'user disabled'
    WHERE user_id = NEW.id AND revoked_at IS NULL;
  UPDATE invitations SET cancelled_at = clock_timestamp()
    WHERE invited_by = NEW.id AND accepted_at IS NULL AND cancelled_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER users_disabled AFTER UPDATE OF disabled_at ON users
  FOR EACH ROW WHEN (OLD.disabled_at IS NULL AND NEW.disabled_at IS NOT NULL)
  EXECUTE FUNCTION end_credentials_of_disabled_user();

CREATE FUNCTION revoke_tokens_of_suspended_organization() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE access_tokens SET revoked_at = clock_timestamp(), revoke_reason = 'organization suspended'
    WHERE organization_id = NEW.id AND revoked_at IS NULL;
  UPDATE invitations SET cancelled_at = clock_timestamp()
    WHERE organization_id = NEW.id AND accepted_at IS NULL AND cancelled_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER organizations_suspended AFTER UPDATE OF suspended_at ON organizations
  FOR EACH ROW WHEN (OLD.suspended_at IS NULL AND NEW.suspended_at IS NOT NULL)
  EXECUTE FUNCTION revoke_tokens_of_suspended_organization();

CREATE FUNCTION remember_former_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO former_memberships (organization_id, user_id, left_at)
    VALUES (OLD.organization_id, OLD.user_id, clock_timestamp())
    ON CONFLICT (organization_id, user_id) DO UPDATE SET left_at = excluded.left_at;
  UPDATE invitations SET cancelled_at = clock_timestamp()
    WHERE organization_id = OLD.organization_id AND invited_by = OLD.user_id
      AND accepted_at IS NULL AND cancelled_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER memberships_remembered AFTER DELETE ON memberships
  FOR EACH ROW EXECUTE FUNCTION remember_former_membership();

CREATE FUNCTION keep_audit_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' AND current_setting('latchkey.audit_retention', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'audit events are only ever added' USING ERRCODE = 'insufficient_privilege',
    HINT = 'To delete old ones: SET LOCAL latchkey.audit_retention = on';
END $$;
CREATE TRIGGER audit_events_kept BEFORE UPDATE OR DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION keep_audit_events();
CREATE TRIGGER audit_events_kept_whole BEFORE TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events();
`;

const DOWN = `
DROP TRIGGER audit_events_kept_whole ON audit_events;
DROP TRIGGER audit_events_kept ON audit_events;
DROP FUNCTION keep_audit_events();
DROP TRIGGER memberships_remembered ON memberships;
DROP FUNCTION remember_former_membership();
DROP TRIGGER organizations_suspended ON organizations;
DROP FUNCTION revoke_tokens_of_suspended_organization();
DROP TRIGGER users_disabled ON users;
DROP FUNCTION end_credentials_of_disabled_user();
DROP TRIGGER sessions_stay_dead ON sessions;
DROP TRIGGER access_tokens_stay_dead ON access_tokens;
DROP FUNCTION refuse_resurrection();
`;

export class NoResurrection1700000000001 implements MigrationInterface {
  readonly name = 'NoResurrection1700000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
