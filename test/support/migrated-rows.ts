/** Rows in every table, and the rows and columns that a migration's `down` may lose. */
import { migrations } from '../../migrations/index.js';
import { A, EMPTY, EVENT, FIXTURE, id, LIVE, LONELY, MEMBER } from './authority-rows.js';
import type { TestDatabase } from './database.js';

const ACCOUNT = id('e');
const PUBLIC_KEY = `302a300506032b6570032100${'0'.repeat(64)}`;

/** Each column that affects authority differs from its default in some row. */
const SEED = `
  ${FIXTURE}
  UPDATE users SET email_verified_at = '2026-01-01', password_unproven_since = '2026-01-02' WHERE id = '${MEMBER}';
  UPDATE users SET disabled_at = '2026-01-03' WHERE id = '${LONELY}';
  UPDATE organizations SET suspended_at = '2026-01-04' WHERE id = '${EMPTY}';
  UPDATE access_tokens SET last_used_at = now(), last_used_ip = '192.0.2.1' WHERE id = '${LIVE}';
  UPDATE sessions SET ip = '192.0.2.1', previous_refresh_hash = sha256('p'), user_agent = 'x',
    sealed_successor = decode(repeat('00', 71), 'hex') WHERE id = '${LIVE}';
  INSERT INTO invitations (id, organization_id, email, email_key, role, secret_hash, expires_at, cancelled_at)
    VALUES ('${id('0')}', '${A}', 'c@b.test', 'c@b.test', 'owner', sha256('c'), '2026-01-05', '2026-01-04');
  INSERT INTO mailed_secrets (id, user_id, purpose, secret_hash, expires_at, used_at)
    VALUES ('${id('d')}', '${MEMBER}', 'verify_email', sha256('m'), '2026-01-06', '2026-01-05');
  INSERT INTO known_sources VALUES ('${MEMBER}', '198.51.100.1', '2026-01-07');
  INSERT INTO token_hash_keys (version, check_value) VALUES ('v1', 'c');
  INSERT INTO rate_limits VALUES ('changes', 3, 7);
  INSERT INTO authority_changes (subject_kind, subject_id) VALUES ('user', 'x');
  DELETE FROM organizations WHERE id = '${EMPTY}';
  INSERT INTO ledger_accounts (id, user_id, network, key_type, public_key, sealed_private_key, encryption_key_version,
      account_number, balance_limit)
    VALUES ('${ACCOUNT}', '${MEMBER}', 'testnet', 'ed25519', '${PUBLIC_KEY}', sha256('k'), 'v1', '1001', 5);
  INSERT INTO ledger_account_numbers (account_id, account_number) VALUES ('${ACCOUNT}', '1001');
  INSERT INTO ledger_account_reveals (account_id, actor_id) VALUES ('${ACCOUNT}', '${MEMBER}');
  INSERT INTO ledger_transactions (account_id, kind, transaction_id) VALUES ('${ACCOUNT}', 'creation', 't');
  INSERT INTO simulated_ledger_accounts VALUES ('testnet', 1001, 'ed25519', '${PUBLIC_KEY}', 0);
  INSERT INTO simulated_ledger_transactions VALUES ('testnet', 't', 'creation', 'done', 1001);
  SELECT '${EVENT}'`;

export async function dbSeed(database: TestDatabase): Promise<void> {
  for (const statement of SEED.split(';')) await database.query(statement);
}

export interface Loss {
  readonly table: string;
  /** Columns that are restored without their values; if absent, rows are lost. */
  readonly columns?: readonly string[];
  /** Condition for the lost rows; without columns and condition, all rows are lost. */
  readonly rows?: string;
}

/**
 * Losses of the `down` of each migration and of later ones, because the former schema has no place for the data. They
 * never include a revocation, an expiry, a scope, a role, a suspension, or the record of a user who left.
 */
const LOSSES: Readonly<Record<string, readonly Loss[]>> = {
  RefreshGrace1700000000014: [{ table: 'sessions', columns: ['sealed_successor'] }],
  // Derived again from the sessions.
  KnownSources1700000000013: [{ table: 'known_sources' }],
  Accounts1700000000012: [{ table: 'users', columns: ['password_unproven_since'] }],
  DatabaseTime1700000000009: [
    { table: 'access_tokens', columns: ['moved_by'] },
    { table: 'audit_events', columns: ['position'] },
  ],
  UnbrokenLog1700000000008: [{ table: 'authority_pruning', columns: ['log_id', 'system_identifier'] }],
  SimulatedLedger1700000000006: [{ table: 'simulated_ledger_accounts' }, { table: 'simulated_ledger_transactions' }],
  LedgerAccounts1700000000005: [
    { table: 'ledger_accounts' },
    { table: 'ledger_account_numbers' },
    { table: 'ledger_account_reveals' },
    { table: 'ledger_transactions' },
  ],
  // People get other names; an organization's slug stays reserved.
  AccountNames1700000000004: [
    { table: 'users', columns: ['username'] },
    { table: 'account_names', rows: 'user_id IS NOT NULL' },
  ],
  AuthorityChanges1700000000002: [{ table: 'authority_changes' }, { table: 'authority_pruning' }],
};

/** Losses since a migration, named by the last migration that is undone. */
export function lossesSince(name: string): Loss[] {
  const first = migrations.findIndex((each) => new each().name === name);
  return migrations.slice(first).flatMap((each) => LOSSES[new each().name] ?? []);
}

/** Every row of every table as text, without the losses. */
export async function dbRows(database: TestDatabase, losses: readonly Loss[]): Promise<Record<string, unknown[]>> {
  const sql = `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations' ORDER BY 1`;
  const found: Record<string, unknown[]> = {};
  for (const { name } of await database.query<{ name: string }>(sql)) {
    const lost = losses.filter(({ table }) => table === name);
    const rows = lost.filter(({ columns }) => !columns).map((each) => `(${each.rows ?? 'true'})`);
    const columns = lost.flatMap((each) => each.columns ?? []);
    const rowSql = `SELECT to_jsonb(t) - $1::text[] AS row FROM ${name} t
      WHERE NOT (${['false', ...rows].join(' OR ')}) ORDER BY (to_jsonb(t) - $1::text[])::text`;
    found[name] = (await database.query<{ row: unknown }>(rowSql, [columns])).map(({ row }) => row);
  }
  return found;
}
