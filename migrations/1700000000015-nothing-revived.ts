/**
 * Nothing comes back by hand-written SQL: no invitation or mailed link that is over, no name, and no former member's token,
 * whatever way the membership went. docs/decisions/0015-guarded-authority.md lists what holds.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const LOCK_TIMEOUT = `SET LOCAL lock_timeout = '3s';\n`;

/**
 * An error would stop a worker of logical replication for ever, so that there the row keeps what it has, as in
 * `refuse_resurrection`. Another time of ending is taken: it revives nothing.
 */
const OVER = `
CREATE FUNCTION refuse_open_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  postponed boolean := OLD.expires_at <= clock_timestamp() AND NEW.expires_at > OLD.expires_at;
BEGIN
  IF current_setting('session_replication_role') = 'replica' THEN
    NEW.cancelled_at := coalesce(NEW.cancelled_at, OLD.cancelled_at);
    NEW.accepted_at := coalesce(NEW.accepted_at, OLD.accepted_at);
    NEW.expires_at := CASE WHEN postponed THEN OLD.expires_at ELSE NEW.expires_at END;
    RETURN NEW;
  END IF;
  IF OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS NULL THEN
    RAISE EXCEPTION 'a cancelled invitation stays cancelled' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS NULL THEN
    RAISE EXCEPTION 'an accepted invitation stays accepted' USING ERRCODE = 'check_violation';
  END IF;
  IF postponed THEN
    RAISE EXCEPTION 'an expired invitation stays expired' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invitations_stay_over BEFORE UPDATE ON invitations FOR EACH ROW
  EXECUTE FUNCTION refuse_open_invitation();

CREATE FUNCTION refuse_usable_secret() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  postponed boolean := OLD.expires_at <= clock_timestamp() AND NEW.expires_at > OLD.expires_at;
BEGIN
  IF current_setting('session_replication_role') = 'replica' THEN
    NEW.used_at := coalesce(NEW.used_at, OLD.used_at);
    NEW.expires_at := CASE WHEN postponed THEN OLD.expires_at ELSE NEW.expires_at END;
    RETURN NEW;
  END IF;
  IF OLD.used_at IS NOT NULL AND NEW.used_at IS NULL THEN
    RAISE EXCEPTION 'a used link stays used' USING ERRCODE = 'check_violation';
  END IF;
  IF postponed THEN
    RAISE EXCEPTION 'an expired link stays expired' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mailed_secrets_stay_over BEFORE UPDATE ON mailed_secrets FOR EACH ROW
  EXECUTE FUNCTION refuse_usable_secret();
`;

/** TRUNCATE fires no row trigger. */
const NAMES = `
CREATE TRIGGER account_names_kept_whole BEFORE TRUNCATE ON account_names
  FOR EACH STATEMENT EXECUTE FUNCTION keep_account_name();
`;

const DEPARTURES = `
CREATE TRIGGER memberships_moved AFTER UPDATE ON memberships FOR EACH ROW
  WHEN (ROW(OLD.organization_id, OLD.user_id) IS DISTINCT FROM ROW(NEW.organization_id, NEW.user_id))
  EXECUTE FUNCTION remember_former_membership();

-- Before, because the rows are gone after. It does for all what remember_former_membership does for one.
CREATE FUNCTION remember_former_memberships() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO former_memberships AS former (organization_id, user_id, left_at)
    SELECT organization_id, user_id, greatest(clock_timestamp(), (
      SELECT max(created_at) FROM access_tokens WHERE user_id = m.user_id AND isfinite(created_at)))
    FROM memberships m
    ON CONFLICT (organization_id, user_id) DO UPDATE SET left_at = greatest(former.left_at, excluded.left_at);
  UPDATE invitations i SET cancelled_at = clock_timestamp() FROM memberships m
    WHERE i.organization_id = m.organization_id AND i.invited_by = m.user_id
      AND i.accepted_at IS NULL AND i.cancelled_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER memberships_emptied BEFORE TRUNCATE ON memberships
  FOR EACH STATEMENT EXECUTE FUNCTION remember_former_memberships();

-- A token from before a leaving, called younger than it, would reach the organization with the next invitation.
CREATE FUNCTION refuse_younger_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM former_memberships WHERE user_id IN (OLD.user_id, NEW.user_id)
    AND left_at >= OLD.created_at AND left_at < NEW.created_at;
  IF NOT FOUND THEN
    RETURN NEW;
  END IF;
  IF current_setting('session_replication_role') = 'replica' THEN
    NEW.created_at := OLD.created_at;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a former member''s token stays older than the leaving' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER access_tokens_stay_former BEFORE UPDATE ON access_tokens FOR EACH ROW
  WHEN (NEW.created_at > OLD.created_at) EXECUTE FUNCTION refuse_younger_token();
`;

/** What comes by replication was dated where it was issued: dated again, a token from before a leaving would be younger. */
const dated = (condition: string): string => `
DROP TRIGGER access_tokens_dated ON access_tokens;
CREATE TRIGGER access_tokens_dated BEFORE INSERT ON access_tokens
  FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION date_token_after_leaving();
ALTER TABLE access_tokens ENABLE ALWAYS TRIGGER access_tokens_dated;
`;

/**
 * Foreign keys sleep in the replication role. An owner who is deleted there and comes back with the same id would find all
 * that was theirs; elsewhere it is gone with its owner.
 */
const ORPHANS = `
CREATE FUNCTION end_orphans_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE sessions SET revoked_at = clock_timestamp(), revoke_reason = 'user deleted'
    WHERE user_id = OLD.id AND revoked_at IS NULL;
  UPDATE access_tokens SET revoked_at = clock_timestamp(), revoke_reason = 'user deleted'
    WHERE user_id = OLD.id AND revoked_at IS NULL;
  UPDATE invitations SET cancelled_at = clock_timestamp()
    WHERE invited_by = OLD.id AND accepted_at IS NULL AND cancelled_at IS NULL;
  DELETE FROM mailed_secrets WHERE user_id = OLD.id;
  DELETE FROM memberships WHERE user_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER users_deleted AFTER DELETE ON users FOR EACH ROW
  WHEN (current_setting('session_replication_role') = 'replica') EXECUTE FUNCTION end_orphans_of_user();

CREATE FUNCTION end_orphans_of_organization() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE access_tokens SET revoked_at = clock_timestamp(), revoke_reason = 'organization deleted'
    WHERE organization_id = OLD.id AND revoked_at IS NULL;
  UPDATE invitations SET cancelled_at = clock_timestamp()
    WHERE organization_id = OLD.id AND accepted_at IS NULL AND cancelled_at IS NULL;
  DELETE FROM memberships WHERE organization_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER organizations_deleted AFTER DELETE ON organizations FOR EACH ROW
  WHEN (current_setting('session_replication_role') = 'replica') EXECUTE FUNCTION end_orphans_of_organization();
`;

const TRIGGERS = {
  account_names: ['account_names_kept_whole'],
  memberships: ['memberships_moved', 'memberships_emptied'],
  invitations: ['invitations_stay_over'],
  mailed_secrets: ['mailed_secrets_stay_over'],
  access_tokens: ['access_tokens_stay_former'],
  users: ['users_deleted'],
  organizations: ['organizations_deleted'],
};
const FUNCTIONS = [
  'refuse_open_invitation()',
  'refuse_usable_secret()',
  'remember_former_memberships()',
  'refuse_younger_token()',
  'end_orphans_of_user()',
  'end_orphans_of_organization()',
];

const PIN = `
DO $$ BEGIN
  ${FUNCTIONS.map((each) => `EXECUTE format('ALTER FUNCTION ${each} SET search_path = %I, pg_temp', current_schema());`).join('\n  ')}
END $$;
`;

const forEachTrigger = (statement: (table: string, trigger: string) => string): string =>
  Object.entries(TRIGGERS)
    .flatMap(([table, triggers]) => triggers.map((trigger) => statement(table, trigger)))
    .join('\n');

const UP = [
  LOCK_TIMEOUT,
  OVER,
  NAMES,
  DEPARTURES,
  dated(`NEW.user_id IS NOT NULL AND current_setting('session_replication_role') <> 'replica'`),
  ORPHANS,
  PIN,
  forEachTrigger((table, trigger) => `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${trigger};`),
];
const DOWN = [
  LOCK_TIMEOUT,
  dated('NEW.user_id IS NOT NULL'),
  forEachTrigger((table, trigger) => `DROP TRIGGER ${trigger} ON ${table};`),
  FUNCTIONS.map((signature) => `DROP FUNCTION ${signature};`).join('\n'),
];

export class NothingRevived1700000000015 implements MigrationInterface {
  readonly name = 'NothingRevived1700000000015';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP.join('\n'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN.join('\n'));
  }
}
