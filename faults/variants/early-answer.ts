/**
 * WRONG ON PURPOSE, for the harness to detect: a revocation is acknowledged when executed, and committed a little
 * later.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { Transactions, type Tx } from '../../src/platform/database/transactions.service.js';
import { serveVariant } from './serve-variant.js';

const COMMIT_DELAY_MS = 30;

/** Revocations only: a creation acknowledged before its commit fails at its first use, which is another defect. */
const REVOKING_STATEMENTS = `
SELECT count(*)::int AS kills FROM authority_changes
WHERE xid = pg_current_xact_id_if_assigned() AND subject_kind IN ('token', 'session')`;

await serveVariant(async (app) => {
  const dataSource = app.get(DataSource);
  app.get(Transactions, { strict: false }).run = (work) =>
    new Promise((resolve, reject) => {
      const transaction = dataSource.transaction('READ COMMITTED', async (manager) => {
        const result = await work(manager as Tx);
        const [row] = await manager.query<{ kills: number }[]>(REVOKING_STATEMENTS);
        if (row?.kills) {
          resolve(result);
          await sleep(COMMIT_DELAY_MS);
        }
        return result;
      });
      transaction.then(resolve, reject);
    });
});
