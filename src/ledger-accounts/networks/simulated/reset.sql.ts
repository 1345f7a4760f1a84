/**
 * Resets a simulated network ($1) and returns the number of deleted accounts. One statement has one snapshot: an
 * account created meanwhile keeps both its row and its transaction.
 */
export const RESET = `
WITH accounts AS (DELETE FROM simulated_ledger_accounts WHERE network = $1 RETURNING 1),
transactions AS (DELETE FROM simulated_ledger_transactions WHERE network = $1)
SELECT count(*)::int AS accounts FROM accounts`;
