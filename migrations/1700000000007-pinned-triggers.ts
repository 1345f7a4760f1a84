/**
 * Triggers that depend on nobody's session. Each function keeps to the schema in which its tables are, whatever search
 * path the caller has, with the caller's temporary tables last. Each trigger fires always: an ordinary one sleeps under
 * `session_replication_role = replica`, which a worker of logical replication has. docs/decisions/0015 says more.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const FUNCTIONS = [
  'refuse_resurrection()',
  'end_credentials_of_disabled_user()',
  'revoke_tokens_of_suspended_organization()',
  'remember_former_membership()',
  'keep_audit_events()',
  'log_token_change()',
  'log_session_change()',
  'log_user_change()',
  'log_membership_change()',
  'log_organization_change()',
  'log_everything_changed()',
  'new_username(text)',
  'give_username()',
  'claim_username()',
  'claim_slug()',
  'keep_username()',
  'keep_account_name()',
];

const TRIGGERS = {
  access_tokens: ['access_tokens_stay_dead', 'access_tokens_logged', 'access_tokens_truncated'],
  sessions: ['sessions_stay_dead', 'sessions_logged', 'sessions_truncated'],
  users: [
    'users_disabled',
    'users_logged',
    'users_truncated',
    'users_given_username',
    'users_claim_username',
    'users_keep_username',
  ],
  organizations: [
    'organizations_suspended',
    'organizations_logged',
    'organizations_truncated',
    'organizations_claim_slug',
  ],
  memberships: ['memberships_remembered', 'memberships_logged', 'memberships_truncated'],
  former_memberships: ['former_memberships_logged', 'former_memberships_truncated'],
  account_names: ['account_names_kept'],
  audit_events: ['audit_events_kept', 'audit_events_kept_whole'],
};

const PIN = `
DO $$
DECLARE
  home text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'access_tokens'::regclass);
  signature text;
BEGIN
  FOREACH signature IN ARRAY ARRAY[${FUNCTIONS.map((each) => `'${each}'`).join(', ')}] LOOP
    EXECUTE format('ALTER FUNCTION %s.%s SET search_path = %s, pg_temp', home, signature, home);
  END LOOP;
END $$;`;

const UNPIN = FUNCTIONS.map((signature) => `ALTER FUNCTION ${signature} RESET search_path;`).join('\n');

const LOCK_TIMEOUT = `SET LOCAL lock_timeout = '3s';\n`;

function enable(mode: 'ENABLE ALWAYS' | 'ENABLE'): string {
  const statements = Object.entries(TRIGGERS).map(([table, names]) => {
    return `ALTER TABLE ${table} ${names.map((name) => `${mode} TRIGGER ${name}`).join(', ')};`;
  });
  return statements.join('\n');
}

export class PinnedTriggers1700000000007 implements MigrationInterface {
  readonly name = 'PinnedTriggers1700000000007';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`${LOCK_TIMEOUT}${PIN}\n${enable('ENABLE ALWAYS')}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`${LOCK_TIMEOUT}${enable('ENABLE')}\n${UNPIN}`);
  }
}
