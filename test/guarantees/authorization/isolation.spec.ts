/** Every transaction is READ COMMITTED, which its row locks rest on, whatever the database has as its default. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Transactions } from '../../../src/platform/database/transactions.service.js';
import { startApp } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.setDefault('default_transaction_isolation = serializable');
});

afterAll(() => database.drop());

it('transactions are READ COMMITTED on each connection of the pool', async () => {
  const app = await startApp({ env: { DATABASE_URL: database.url } });
  const transactions = app.nest.get(Transactions, { strict: false });
  const levels = await Promise.all(
    Array.from({ length: 5 }, () =>
      transactions.run(async (tx) => {
        await tx.query('SELECT pg_sleep(0.1)');
        return tx.query<{ level: string; backend: number }[]>(
          `SELECT current_setting('transaction_isolation') AS level, pg_backend_pid() AS backend`,
        );
      }),
    ),
  );

  expect(new Set(levels.flat().map(({ backend }) => backend)).size).toBe(5);
  expect(new Set(levels.flat().map(({ level }) => level))).toEqual(new Set(['read committed']));
});
