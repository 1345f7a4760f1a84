/** WRONG ON PURPOSE, for the harness to convict: a revocation is answered when it is done, and committed a little later. */
import { DataSource } from 'typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { Transactions, type Tx } from '../../src/platform/database/transactions.service.js';
import { serveVariant } from './serve-variant.js';

const COMMIT_DELAY_MS = 30;

/** Only what kills: a creation that is answered before its commit is refused when it is used, which is another fault. */
const KILLS = `
SELECT count(*)::int AS kills FROM authority_changes
WHERE xid = pg_current_xact_id_if_assigned() AND subject_kind IN ('token', 'session')`;

await serveVariant(async (app) => {
  const dataSource = app.get(DataSource);
  app.get(Transactions, { strict: false }).run = (work) =>
    new Promise((resolve, reject) => {
      const transaction = dataSource.transaction('READ COMMITTED', async (manager) => {
        const result = await work(manager as Tx);
        const [row] = await manager.query<{ kills: number }[]>(KILLS);
        if (row?.kills) {
          resolve(result);
          await sleep(COMMIT_DELAY_MS);
        }
        return result;
      });
      transaction.then(resolve, reject);
    });
});
