/**
 * What a reset does to a simulated network ($1), and how many accounts it took. One statement, hence one snapshot: what is
 * created meanwhile keeps both its account and its transaction.
 */
export const RESET = `
WITH accounts AS (DELETE FROM simulated_ledger_accounts WHERE network = $1 RETURNING 1),
transactions AS (DELETE FROM simulated_ledger_transactions WHERE network = $1)
SELECT count(*)::int AS accounts FROM accounts`;
