/** Driver `simulated` on its own database, through a proxy that can become a black hole. */
import pg from 'pg';
import { RESET } from '../../../src/ledger-accounts/networks/simulated/reset.sql.js';
import { BlackHole } from '../black-hole.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { until } from '../until.js';
import { startDriver, type Driver, type NetworkUnderTest } from './network-under-test.js';

export async function startSimulated(): Promise<NetworkUnderTest> {
  const database = await createTestDatabase();
  const hole = await BlackHole.before(database.url);
  const drivers: Driver[] = [];
  const start = async (env: Readonly<Record<string, string>> = {}): Promise<Driver> => {
    const driver = await startDriver({ DATABASE_URL: hole.url, ...env });
    drivers.push(driver);
    return driver;
  };
  const { networks } = await start();
  /** Until the driver has noticed which of its connections are cut, a call may still get one of them. */
  const comeBack = async (): Promise<void> => {
    hole.release();
    await until(() => answers(networks));
  };
  return {
    networks,
    another: async (env) => (await start(env)).networks,
    countAccounts: async (network, publicKey) => {
      const sql = 'SELECT FROM simulated_ledger_accounts WHERE network = $1 AND public_key = $2';
      return (await database.query(sql, [network, publicKey])).length;
    },
    reset: async (network) => {
      await database.query(RESET, [network]);
    },
    goSilent: async () => hole.swallow(),
    comeBack: () => comeBack(),
    loseAnswer: async (call) => {
      const told = await loseAnswer(database, hole, call);
      await comeBack();
      return told;
    },
    close: async () => {
      for (const driver of drivers) await driver.close();
      hole.close();
      await database.drop();
    },
  };
}

/** The statement arrives, waits for a lock, and is executed when its connection is already dead. */
async function loseAnswer(database: TestDatabase, hole: BlackHole, call: () => Promise<unknown>): Promise<unknown> {
  const isWaiting = async (): Promise<boolean> => {
    const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return (await database.query(sql)).length > 0;
  };
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE simulated_ledger_accounts IN SHARE MODE');
  const outcome = call().catch((error: unknown) => error);
  await until(isWaiting);
  hole.swallow();
  await holder.query('COMMIT');
  await until(async () => !(await isWaiting()));
  await holder.end();
  return outcome;
}

async function answers(networks: Driver['networks']): Promise<boolean> {
  const error: unknown = await networks.findAccount('testnet', '0.0.2').catch((thrown: unknown) => thrown);
  return (error as { fault?: unknown } | null)?.fault !== 'unavailable';
}
