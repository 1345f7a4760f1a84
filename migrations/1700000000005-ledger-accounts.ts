/**
 * Accounts on ledger networks, owned by a user or an organization as tokens are. A private key is stored sealed only. What
 * an account waits for is a timestamp on its row, and a transaction that spends is on record before it is submitted.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
CREATE TABLE ledger_accounts (
  id uuid PRIMARY KEY,
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  network text NOT NULL CONSTRAINT ledger_accounts_network CHECK (network IN ('testnet', 'previewnet')),
  key_type text NOT NULL,
  public_key text NOT NULL CONSTRAINT ledger_accounts_public_key_unique UNIQUE,
  -- Nonce, tag and AES-256-GCM ciphertext, bound to this row's id.
  sealed_private_key bytea NOT NULL CONSTRAINT ledger_accounts_sealed_length CHECK (octet_length(sealed_private_key) > 28),
  encryption_key_version text NOT NULL,
  -- What the network calls it now; NULL until it was created there for the first time.
  account_number text CONSTRAINT ledger_accounts_number CHECK (account_number ~ '^[1-9][0-9]{0,18}$'),
  -- In tinybar, as last seen.
  balance bigint NOT NULL DEFAULT 0 CONSTRAINT ledger_accounts_balance CHECK (balance >= 0),
  balance_limit bigint NOT NULL CONSTRAINT ledger_accounts_balance_limit CHECK (balance_limit > 0),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Since when it waits to be created on its network, for the first time or anew.
  creation_requested_at timestamptz,
  -- The network refused to create it, and why.
  creation_failed_at timestamptz,
  creation_failure text,
  disbursement_requested_at timestamptz,
  last_disbursement_at timestamptz,
  disbursement_refused_at timestamptz,
  CONSTRAINT ledger_accounts_owner CHECK (num_nonnulls(user_id, organization_id) = 1),
  CONSTRAINT ledger_accounts_keys CHECK (
    (key_type = 'ed25519' AND public_key ~ '^302a300506032b6570032100[0-9a-f]{64}$')
    OR (key_type = 'ecdsa' AND public_key ~ '^302d300706052b8104000a0322000[23][0-9a-f]{64}$')),
  CONSTRAINT ledger_accounts_creation CHECK (
    num_nonnulls(creation_requested_at, creation_failed_at) <= 1
    AND (creation_failed_at IS NULL) = (creation_failure IS NULL)
    AND (account_number IS NOT NULL OR num_nonnulls(creation_requested_at, creation_failed_at) = 1))
);
CREATE INDEX ledger_accounts_user_id ON ledger_accounts (user_id, id DESC) WHERE user_id IS NOT NULL;
CREATE INDEX ledger_accounts_organization_id ON ledger_accounts (organization_id, id DESC)
  WHERE organization_id IS NOT NULL;
CREATE INDEX ledger_accounts_key_version ON ledger_accounts (encryption_key_version);

-- Every number that an account has had. A network that was reset counts from the beginning again, so a number may come
-- back, for the same account too.
CREATE TABLE ledger_account_numbers (
  account_id uuid NOT NULL REFERENCES ledger_accounts (id) ON DELETE CASCADE,
  account_number text NOT NULL,
  current_since timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When the network was found not to know it any more.
  gone_since timestamptz,
  CONSTRAINT ledger_account_numbers_pkey PRIMARY KEY (account_id, current_since)
);
CREATE UNIQUE INDEX ledger_account_numbers_one_current ON ledger_account_numbers (account_id) WHERE gone_since IS NULL;

-- What was, or is about to be, submitted and is not settled yet: at most one of a kind for each account, so that whoever
-- continues after a crash submits the same transaction again.
CREATE TABLE ledger_transactions (
  account_id uuid NOT NULL REFERENCES ledger_accounts (id) ON DELETE CASCADE,
  kind text NOT NULL CONSTRAINT ledger_transactions_kind CHECK (kind IN ('creation', 'refill')),
  transaction_id text NOT NULL CONSTRAINT ledger_transactions_transaction_id_unique UNIQUE,
  -- Of a refill: to which number, and how much, in tinybar.
  account_number text,
  amount bigint CONSTRAINT ledger_transactions_amount CHECK (amount > 0),
  chosen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT ledger_transactions_pkey PRIMARY KEY (account_id, kind),
  CONSTRAINT ledger_transactions_refill CHECK (
    (kind = 'refill') = (account_number IS NOT NULL) AND (kind = 'refill') = (amount IS NOT NULL))
);

-- When a private key was last shown to whom: the audit trail tells of it once an hour and not at every read.
CREATE TABLE ledger_account_reveals (
  account_id uuid NOT NULL REFERENCES ledger_accounts (id) ON DELETE CASCADE,
  -- The user or token that it was shown to. No foreign key: a reveal is no less true when they are gone.
  actor_id uuid NOT NULL,
  revealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT ledger_account_reveals_pkey PRIMARY KEY (account_id, actor_id)
);
`;

const DOWN = `
DROP TABLE ledger_account_reveals, ledger_transactions, ledger_account_numbers, ledger_accounts;
`;

export class LedgerAccounts1700000000005 implements MigrationInterface {
  readonly name = 'LedgerAccounts1700000000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
