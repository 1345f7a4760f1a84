/**
 * Time and order by the database: ids and the order of lists no longer come from the clock of whichever process writes,
 * and a clock that steps back brings nothing of a former member back. docs/decisions/0016-the-databases-clock.md says why.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Trigger functions must not follow the search path of who fires them. */
const pin = (...functions: string[]): string => `
DO $$ BEGIN
  ${functions.map((each) => `EXECUTE format('ALTER FUNCTION ${each} SET search_path = %I, pg_temp', current_schema());`).join('\n  ')}
END $$;`;

/**
 * When a member left is never before their youngest token, nor before they left the last time: a clock that has stepped
 * back since that token was issued would let it in again with the next invitation.
 */
const REMEMBER_FORMER_MEMBERSHIP = `
CREATE OR REPLACE FUNCTION remember_former_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO former_memberships AS former (organization_id, user_id, left_at)
    SELECT OLD.organization_id, OLD.user_id, greatest(clock_timestamp(), max(created_at))
    FROM access_tokens WHERE user_id = OLD.user_id AND isfinite(created_at)
    ON CONFLICT (organization_id, user_id) DO UPDATE SET left_at = greatest(former.left_at, excluded.left_at);
  UPDATE invitations SET cancelled_at = clock_timestamp()
    WHERE organization_id = OLD.organization_id AND invited_by = OLD.user_id
      AND accepted_at IS NULL AND cancelled_at IS NULL;
  RETURN NULL;
END $$;`;

const FORMER_REMEMBER_FORMER_MEMBERSHIP = `
CREATE OR REPLACE FUNCTION remember_former_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO former_memberships (organization_id, user_id, left_at)
    VALUES (OLD.organization_id, OLD.user_id, clock_timestamp())
    ON CONFLICT (organization_id, user_id) DO UPDATE SET left_at = excluded.left_at;
  UPDATE invitations SET cancelled_at = clock_timestamp()
    WHERE organization_id = OLD.organization_id AND invited_by = OLD.user_id
      AND accepted_at IS NULL AND cancelled_at IS NULL;
  RETURN NULL;
END $$;`;

const UP = `
SET LOCAL lock_timeout = '3s';

-- UUIDv7 (RFC 9562 section 5.7) by the database's clock, the only one that all instances share. The 12 bits after the
-- version hold the fraction of the millisecond (section 6.2, method 3).
CREATE FUNCTION new_id() RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  now_us bigint := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
BEGIN
  RETURN (lpad(to_hex(now_us / 1000), 12, '0') || '7' || lpad(to_hex((now_us % 1000) * 4096 / 1000), 3, '0')
    || right(replace(gen_random_uuid()::text, '-', ''), 16))::uuid;
END $$;

${REMEMBER_FORMER_MEMBERSHIP}

-- The other side of it: what is issued after leaving is younger than the leaving, whatever the clock says meanwhile. A
-- millisecond, because that is how finely the service compares.
CREATE FUNCTION date_token_after_leaving() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.created_at := greatest(NEW.created_at, (
    SELECT max(left_at) + interval '1 millisecond' FROM former_memberships
    WHERE user_id = NEW.user_id AND left_at < '9999-12-31 00:00:00+00'));
  RETURN NEW;
END $$;
CREATE TRIGGER access_tokens_dated BEFORE INSERT ON access_tokens
  FOR EACH ROW WHEN (NEW.user_id IS NOT NULL) EXECUTE FUNCTION date_token_after_leaving();
ALTER TABLE access_tokens ENABLE ALWAYS TRIGGER access_tokens_dated;

-- By which transaction the token last moved in the order of last use: a list that is read page by page shows again what
-- moved since its first page. NULL: not since this column is here.
ALTER TABLE access_tokens ADD COLUMN moved_by xid8;
CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.moved_by := pg_current_xact_id();
  RETURN NEW;
END $$;
CREATE TRIGGER access_tokens_moved BEFORE UPDATE OF last_used_at ON access_tokens
  FOR EACH ROW WHEN (NEW.last_used_at IS DISTINCT FROM OLD.last_used_at) EXECUTE FUNCTION note_move();
ALTER TABLE access_tokens ENABLE ALWAYS TRIGGER access_tokens_moved;

-- The order in which the database recorded the events. Those from before this column share 0, and are ordered by their ids.
ALTER TABLE audit_events ADD COLUMN position bigint NOT NULL DEFAULT 0;
CREATE SEQUENCE audit_event_positions OWNED BY audit_events.position;

-- A position is taken before the commit, so 5 can become visible after 6. Until it ends, each recording transaction holds
-- a shared lock that names the position after which its own are; 0x4C4B marks the locks of this kind.
CREATE FUNCTION place_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  this_transaction text := pg_current_xact_id()::text;
BEGIN
  IF current_setting('latchkey.audit_recorder', true) IS DISTINCT FROM this_transaction THEN
    PERFORM pg_advisory_xact_lock_shared(
      (x'4C4B'::bigint << 48) | coalesce(pg_sequence_last_value('audit_event_positions'), 0));
    PERFORM set_config('latchkey.audit_recorder', this_transaction, true);
  END IF;
  NEW.position := nextval('audit_event_positions');
  RETURN NEW;
END $$;
CREATE TRIGGER audit_events_placed BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION place_audit_event();
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_placed;

-- The last position up to which a statement that begins after this call sees every event there will ever be. First the
-- sequence and then the locks: who took a position that is counted here held the lock before.
CREATE FUNCTION audit_horizon() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  horizon bigint := coalesce(pg_sequence_last_value('audit_event_positions'), 0);
BEGIN
  RETURN (SELECT least(horizon, min(((classid::bigint & x'FFFF'::bigint) << 32) | objid::bigint)) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = x'4C4B'::bigint
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));
END $$;

${pin('new_id()', 'remember_former_membership()', 'date_token_after_leaving()', 'note_move()', 'place_audit_event()', 'audit_horizon()')}
`;

const DOWN = `
SET LOCAL lock_timeout = '3s';
DROP FUNCTION audit_horizon();
DROP TRIGGER audit_events_placed ON audit_events;
DROP FUNCTION place_audit_event();
ALTER TABLE audit_events DROP COLUMN position;
DROP TRIGGER access_tokens_moved ON access_tokens;
DROP FUNCTION note_move();
ALTER TABLE access_tokens DROP COLUMN moved_by;
DROP TRIGGER access_tokens_dated ON access_tokens;
DROP FUNCTION date_token_after_leaving();
${FORMER_REMEMBER_FORMER_MEMBERSHIP}
${pin('remember_former_membership()')}
DROP FUNCTION new_id();
`;

export class DatabaseTime1700000000009 implements MigrationInterface {
  readonly name = 'DatabaseTime1700000000009';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
