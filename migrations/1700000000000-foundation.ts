/**
 * The tables. State is kept as nullable timestamps; every rule that PostgreSQL can hold is a constraint or a trigger, so
 * that it also holds for an operator's hand-written SQL.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  email_key text NOT NULL CONSTRAINT users_email_key_unique UNIQUE,
  name text NOT NULL,
  password_hash text NOT NULL,
  email_verified_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  family_hash bytea NOT NULL CONSTRAINT sessions_family_hash_length CHECK (octet_length(family_hash) = 32),
  refresh_hash bytea NOT NULL CONSTRAINT sessions_refresh_hash_length CHECK (octet_length(refresh_hash) = 32),
  previous_refresh_hash bytea CONSTRAINT sessions_previous_hash_length CHECK (octet_length(previous_refresh_hash) = 32),
  refreshed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ip inet,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoke_reason text
);
CREATE INDEX sessions_user_id ON sessions (user_id, id DESC);

CREATE TABLE mailed_secrets (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  purpose text NOT NULL CONSTRAINT mailed_secrets_purpose CHECK (purpose IN ('verify_email', 'reset_password')),
  secret_hash bytea NOT NULL CONSTRAINT mailed_secrets_secret_hash_unique UNIQUE
    CONSTRAINT mailed_secrets_hash_length CHECK (octet_length(secret_hash) = 32),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX mailed_secrets_user_id ON mailed_secrets (user_id, purpose);

CREATE TABLE organizations (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL CONSTRAINT organizations_slug_unique UNIQUE,
  suspended_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Every slug ever used. It outlives its organization, so that no slug is handed to somebody else.
CREATE TABLE organization_slugs (
  slug text CONSTRAINT organization_slugs_pkey PRIMARY KEY,
  organization_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE memberships (
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role text NOT NULL CONSTRAINT memberships_role CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_user_id ON memberships (user_id);

-- When a user last left an organization: personal tokens from before stay dead there, also after a new invitation.
-- No foreign keys: the row is written while its organization or user is being deleted, too.
CREATE TABLE former_memberships (
  organization_id uuid NOT NULL,
  user_id uuid NOT NULL,
  left_at timestamptz NOT NULL,
  CONSTRAINT former_memberships_pkey PRIMARY KEY (organization_id, user_id)
);

CREATE TABLE invitations (
  id uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  email text NOT NULL,
  email_key text NOT NULL,
  role text NOT NULL CONSTRAINT invitations_role CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  secret_hash bytea NOT NULL CONSTRAINT invitations_secret_hash_unique UNIQUE
    CONSTRAINT invitations_hash_length CHECK (octet_length(secret_hash) = 32),
  invited_by uuid REFERENCES users (id) ON DELETE SET NULL,
  -- The organization token that invited, when no person did. No foreign key: a token that is gone gives no right.
  invited_by_token uuid,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  cancelled_at timestamptz
);
CREATE INDEX invitations_organization_id ON invitations (organization_id, id DESC);
CREATE UNIQUE INDEX invitations_one_open ON invitations (organization_id, email_key)
  WHERE accepted_at IS NULL AND cancelled_at IS NULL;

CREATE TABLE access_tokens (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  label text NOT NULL CONSTRAINT access_tokens_label CHECK (char_length(label) BETWEEN 1 AND 100),
  scopes text[] NOT NULL CONSTRAINT access_tokens_scopes CHECK (cardinality(scopes) > 0),
  selector text NOT NULL CONSTRAINT access_tokens_selector_unique UNIQUE,
  secret_hash bytea NOT NULL CONSTRAINT access_tokens_hash_length CHECK (octet_length(secret_hash) = 32),
  hash_key_version text NOT NULL,
  hint text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  created_by uuid REFERENCES users (id) ON DELETE SET NULL,
  expires_at timestamptz,
  last_used_at timestamptz,
  last_used_ip inet,
  revoked_at timestamptz,
  revoked_by uuid REFERENCES users (id) ON DELETE SET NULL,
  revoke_reason text,
  CONSTRAINT access_tokens_owner CHECK (
    (kind = 'personal' AND user_id IS NOT NULL AND organization_id IS NULL)
    OR (kind = 'organization' AND organization_id IS NOT NULL AND user_id IS NULL))
);
CREATE INDEX access_tokens_organization_id ON access_tokens (organization_id, id DESC) WHERE organization_id IS NOT NULL;
CREATE INDEX access_tokens_user_id ON access_tokens (user_id, id DESC) WHERE user_id IS NOT NULL;
CREATE INDEX access_tokens_organization_use ON access_tokens
  (organization_id, (coalesce(last_used_at, 'epoch'::timestamptz)) DESC, id DESC) WHERE organization_id IS NOT NULL;
CREATE INDEX access_tokens_organization_unrevoked ON access_tokens (organization_id)
  WHERE organization_id IS NOT NULL AND revoked_at IS NULL;
CREATE INDEX access_tokens_user_unrevoked ON access_tokens (user_id) WHERE user_id IS NOT NULL AND revoked_at IS NULL;

-- Tells whether a version label of TOKEN_HASH_KEYS still stands for the key that it stood for, and which is the newer of two.
CREATE TABLE token_hash_keys (
  version text CONSTRAINT token_hash_keys_pkey PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY,
  check_value bytea NOT NULL
);

CREATE TABLE audit_events (
  id uuid PRIMARY KEY,
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  action text NOT NULL,
  organization_id uuid,
  user_id uuid,
  actor_kind text NOT NULL CONSTRAINT audit_events_actor_kind
    CHECK (actor_kind IN ('user', 'personal_token', 'organization_token', 'anonymous', 'system')),
  actor_id uuid,
  actor_name text,
  target_kind text,
  target_id uuid,
  target_name text,
  ip inet,
  user_agent text,
  request_id text,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_events_organization ON audit_events (organization_id, id DESC) WHERE organization_id IS NOT NULL;
CREATE INDEX audit_events_user ON audit_events (user_id, id DESC) WHERE user_id IS NOT NULL;

CREATE TABLE rate_limits (
  key text PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);
`;

const DOWN = `
DROP TABLE rate_limits, audit_events, token_hash_keys, access_tokens, invitations, former_memberships, memberships,
  organization_slugs, organizations, mailed_secrets, sessions, users;
`;

export class Foundation1700000000000 implements MigrationInterface {
  readonly name = 'Foundation1700000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
