/**
 * The ledger networks of the `simulated` driver: what stands here is what those networks know, and nothing else of the
 * service reads it.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
CREATE TABLE simulated_ledger_accounts (
  network text NOT NULL CONSTRAINT simulated_ledger_accounts_network CHECK (network IN ('testnet', 'previewnet')),
  account_number bigint NOT NULL,
  key_type text NOT NULL CONSTRAINT simulated_ledger_accounts_key_type CHECK (key_type IN ('ed25519', 'ecdsa')),
  public_key text NOT NULL,
  -- Tinybar.
  balance bigint NOT NULL CONSTRAINT simulated_ledger_accounts_balance CHECK (balance >= 0),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT simulated_ledger_accounts_pkey PRIMARY KEY (network, account_number)
);

-- Whatever became of a transaction id, it stays so: a second use of the id finds the row and does nothing.
CREATE TABLE simulated_ledger_transactions (
  network text NOT NULL CONSTRAINT simulated_ledger_transactions_network CHECK (network IN ('testnet', 'previewnet')),
  transaction_id text NOT NULL,
  kind text NOT NULL CONSTRAINT simulated_ledger_transactions_kind CHECK (kind IN ('creation', 'refill')),
  result text NOT NULL CONSTRAINT simulated_ledger_transactions_result CHECK (result IN ('done', 'expired', 'rejected')),
  -- The account created or refilled.
  account_number bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT simulated_ledger_transactions_pkey PRIMARY KEY (network, transaction_id)
);

-- They begin at the same number, so that 0.0.1001 exists on both networks, and go on after a reset, which is to change numbers.
CREATE SEQUENCE simulated_ledger_testnet_numbers START WITH 1001;
CREATE SEQUENCE simulated_ledger_previewnet_numbers START WITH 1001;
`;

const DOWN = `
DROP SEQUENCE simulated_ledger_previewnet_numbers;
DROP SEQUENCE simulated_ledger_testnet_numbers;
DROP TABLE simulated_ledger_transactions;
DROP TABLE simulated_ledger_accounts;
`;

export class SimulatedLedger1700000000006 implements MigrationInterface {
  readonly name = 'SimulatedLedger1700000000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
