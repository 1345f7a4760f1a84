/**
 * One namespace of account names: the slugs of organizations and the usernames of people. The table of slugs becomes it,
 * and keeps every name ever used. Usernames are given here, so that an older version of the service, and an operator's
 * INSERT, makes no user without one. docs/decisions/0013-account-names.md says why they look as they do.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
SET LOCAL lock_timeout = '3s';

ALTER TABLE organization_slugs RENAME TO account_names;
ALTER TABLE account_names RENAME COLUMN slug TO name;
ALTER TABLE account_names RENAME CONSTRAINT organization_slugs_pkey TO account_names_pkey;
ALTER TABLE account_names ALTER COLUMN organization_id DROP NOT NULL;
ALTER TABLE account_names ADD COLUMN user_id uuid,
  ADD CONSTRAINT account_names_one_account CHECK (num_nonnulls(organization_id, user_id) = 1);
INSERT INTO account_names (name, organization_id) SELECT slug, id FROM organizations ON CONFLICT DO NOTHING;

-- For instances of the version before, which claim slugs here while the service is restarted one by one.
CREATE VIEW organization_slugs AS
  SELECT name AS slug, organization_id, created_at FROM account_names WHERE organization_id IS NOT NULL;

-- A name of 6 random characters after what the person's own name spells. It always has them: without, it would tell
-- whether somebody of that name is here. Letters of no ASCII form are left out; 56 + 1 + 6 is the longest slug.
CREATE FUNCTION new_username(person text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  ascii text := person;
  stem text;
  username text;
BEGIN
  IF getdatabaseencoding() = 'UTF8' THEN
    ascii := regexp_replace(normalize(person, NFKD), '[\\u0300-\\u036f]', '', 'g');
  END IF;
  ascii := regexp_replace(lower(ascii COLLATE "C"), '[^a-z0-9]+', '-', 'g');
  stem := coalesce(nullif(trim(BOTH '-' FROM left(trim(BOTH '-' FROM ascii), 56)), ''), 'user');
  LOOP
    SELECT stem || '-' || string_agg(substr('23456789abcdefghjkmnpqrstuvwxyz', 1 + floor(random() * 31)::int, 1), '')
      INTO username FROM generate_series(1, 6);
    EXIT WHEN NOT EXISTS (SELECT FROM account_names WHERE name = username);
  END LOOP;
  RETURN username;
END $$;

ALTER TABLE users ADD COLUMN username text
  CONSTRAINT users_username_form CHECK (username ~ '^[a-z0-9](-?[a-z0-9])*$' AND char_length(username) BETWEEN 2 AND 63);

-- Only computes: the row may yet turn out to be a duplicate, and must then leave no name behind.
CREATE FUNCTION give_username() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.username := coalesce(NEW.username, new_username(NEW.name));
  RETURN NEW;
END $$;
CREATE TRIGGER users_given_username BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION give_username();

CREATE FUNCTION claim_username() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO account_names (name, user_id) VALUES (NEW.username, NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER users_claim_username AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION claim_username();

-- The service has claimed it already; an operator's INSERT has not.
CREATE FUNCTION claim_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM account_names WHERE name = NEW.slug AND organization_id = NEW.id) THEN
    INSERT INTO account_names (name, organization_id) VALUES (NEW.slug, NEW.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER organizations_claim_slug AFTER INSERT OR UPDATE OF slug ON organizations
  FOR EACH ROW EXECUTE FUNCTION claim_slug();

-- One by one: each must see the names that those before were given.
DO $$
DECLARE
  person record;
BEGIN
  FOR person IN SELECT id, name FROM users LOOP
    WITH named AS (UPDATE users SET username = new_username(person.name) WHERE id = person.id RETURNING id, username)
    INSERT INTO account_names (name, user_id) SELECT username, id FROM named;
  END LOOP;
END $$;
ALTER TABLE users ALTER COLUMN username SET NOT NULL;

CREATE FUNCTION keep_username() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a username never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER users_keep_username BEFORE UPDATE OF username ON users
  FOR EACH ROW WHEN (NEW.username IS DISTINCT FROM OLD.username) EXECUTE FUNCTION keep_username();

CREATE FUNCTION keep_account_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a name is never used again' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER account_names_kept BEFORE UPDATE OR DELETE ON account_names
  FOR EACH ROW EXECUTE FUNCTION keep_account_name();
`;

const DOWN = `
SET LOCAL lock_timeout = '3s';
DROP TRIGGER account_names_kept ON account_names;
DROP FUNCTION keep_account_name();
DROP TRIGGER users_keep_username ON users;
DROP FUNCTION keep_username();
DROP TRIGGER organizations_claim_slug ON organizations;
DROP FUNCTION claim_slug();
DROP TRIGGER users_claim_username ON users;
DROP FUNCTION claim_username();
DROP TRIGGER users_given_username ON users;
DROP FUNCTION give_username();
ALTER TABLE users DROP COLUMN username;
DROP FUNCTION new_username(text);
DROP VIEW organization_slugs;
DELETE FROM account_names WHERE user_id IS NOT NULL;
ALTER TABLE account_names DROP COLUMN user_id;
ALTER TABLE account_names ALTER COLUMN organization_id SET NOT NULL;
ALTER TABLE account_names RENAME CONSTRAINT account_names_pkey TO organization_slugs_pkey;
ALTER TABLE account_names RENAME COLUMN name TO slug;
ALTER TABLE account_names RENAME TO organization_slugs;
`;

export class AccountNames1700000000004 implements MigrationInterface {
  readonly name = 'AccountNames1700000000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
