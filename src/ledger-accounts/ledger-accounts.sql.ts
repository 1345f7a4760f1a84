/** SQL fragments shared by the repositories of ledger accounts. `a` is `ledger_accounts`. */
import type { LedgerAccountRow } from './account-row.js';

const STATUS = `CASE WHEN a.creation_failed_at IS NOT NULL THEN 'failed' WHEN a.creation_requested_at IS NULL THEN 'active'
  WHEN a.account_number IS NULL THEN 'creating' ELSE 'recreating' END`;

export const SELECT_ACCOUNT = `
  SELECT a.id, a.user_id AS "userId", a.organization_id AS "organizationId", a.network, a.key_type AS "keyType",
    a.public_key AS "publicKey", a.sealed_private_key AS sealed, a.encryption_key_version AS "keyVersion",
    ${STATUS} AS status, a.account_number AS "accountNumber", a.balance::text, a.balance_limit::text AS "balanceLimit",
    a.disbursement_requested_at IS NOT NULL AS "scheduledForDisbursement",
    a.last_disbursement_at AS "lastDisbursementAt",
    to_char(a.last_disbursement_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00"') AS "lastDisbursementText",
    a.created_at AS "createdAt"
  FROM ledger_accounts a`;

export type SelectedAccount = Omit<LedgerAccountRow, 'sealedKey' | 'balance' | 'balanceLimit'> & {
  readonly sealed: Buffer;
  readonly keyVersion: string;
  readonly balance: string;
  readonly balanceLimit: string;
};

export function accountFrom(selected: SelectedAccount): LedgerAccountRow {
  const { sealed, keyVersion, balance, balanceLimit, ...rest } = selected;
  return { ...rest, sealedKey: { sealed, keyVersion }, balance: BigInt(balance), balanceLimit: BigInt(balanceLimit) };
}
