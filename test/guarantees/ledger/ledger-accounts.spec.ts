/**
 * One account on the network for one account here, whatever happens in between. Guards the transaction id that is committed
 * before it is submitted, and the one settlement for it (submissions.service.ts); and reads that no network can hold up.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LedgerNetworks } from '../../../src/ledger-accounts/networks/ledger-network.js';
import { Transactions } from '../../../src/platform/database/transactions.service.js';
import { Mailer } from '../../../src/platform/mail/mailer.service.js';
import { LANES } from '../../../src/platform/queue/queue-tasks.service.js';
import { signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import {
  dbAccount,
  dbAccountEvents,
  dbForget,
  dbJobs,
  dbLetWork,
  dbResetNetwork,
  openAccount,
  OWN_ACCOUNTS,
  readyAccount,
  type LedgerAccount,
} from '../../support/ledger-accounts.js';
import { found } from '../../support/scene.js';
import { stopwatch } from '../../support/stopwatch.js';
import { until } from '../../support/until.js';

let here: TestApp;
let there: TestApp;
let person: Person;
beforeAll(async () => {
  here = await startApp();
  there = await startApp({ beside: here });
  person = await signUp(here);
});

const pathOf = ({ id }: LedgerAccount): string => `${OWN_ACCOUNTS}/${id}`;

/** Accounts that the network has under this account's key, by their numbers. */
async function dbOnNetwork({ publicKey }: LedgerAccount): Promise<string[]> {
  const rows = await here.db<{ number: string }>(
    'SELECT account_number AS number FROM simulated_ledger_accounts WHERE public_key = $1',
    [publicKey],
  );
  return rows.map(({ number }) => number);
}

/** The account as it stands when a worker dies: lost by its network, asked for anew, with this transaction on record. */
async function dbInterrupted(account: LedgerAccount, transactionId: string): Promise<void> {
  await dbForget(here, account);
  await here.db('UPDATE ledger_accounts SET creation_requested_at = now() WHERE id = $1', [account.id]);
  await here.db(`INSERT INTO ledger_transactions (account_id, kind, transaction_id) VALUES ($1, 'creation', $2)`, [
    account.id,
    transactionId,
  ]);
}

/** As often as asked, under no key, so that all of them run at once. */
async function dbAddJobs({ id }: LedgerAccount, count = 1, task = 'creation'): Promise<void> {
  await here.db(
    `SELECT graphile_worker.add_job('ledger-account-' || $3, json_build_object('accountId', $1::text, 'tries', 0))
    FROM generate_series(1, $2)`,
    [id, count, task],
  );
}

const untilIdle = ({ id }: LedgerAccount): Promise<void> => until(async () => (await dbJobs(here, id)).length === 0);

describe('after a reset', () => {
  it('many readers at two instances cause one new account', async () => {
    const account = await openAccount(person, OWN_ACCOUNTS);
    await dbResetNetwork(here);
    const readers = Array.from({ length: 50 }, (_, index) => person.at(index % 2 ? here : there));
    await until(async () => {
      const answers = await Promise.all(readers.map((reader) => reader.get(pathOf(account))));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      return answers.every(({ body }) => body.accountNumber !== account.accountNumber);
    });
    const after = await readyAccount(person, pathOf(account));
    expect(await dbOnNetwork(account)).toEqual([after.accountNumber]);
    expect(after.accountNumbers).toHaveLength(2);
    const events = (await dbAccountEvents(here, account.id)).map(({ action }) => action);
    expect(events.filter((action) => action === 'ledger_account.recreated')).toHaveLength(1);
  });

  it('ten workers at once on one account create one', async () => {
    const account = await openAccount(person, OWN_ACCOUNTS);
    await dbForget(here, account);
    await here.db('UPDATE ledger_accounts SET creation_requested_at = now() WHERE id = $1', [account.id]);
    await dbAddJobs(account, 10);
    await untilIdle(account);
    expect(await dbOnNetwork(account)).toHaveLength(1);
    expect((await readyAccount(person, pathOf(account))).accountNumbers).toHaveLength(2);
  });
});

describe('a worker that dies', () => {
  const networks = (): LedgerNetworks => here.nest.get(LedgerNetworks, { strict: false });

  it('before it has submitted is followed by one that submits the same transaction', async () => {
    const account = await openAccount(person, OWN_ACCOUNTS);
    const transactionId = networks().newTransactionId('testnet');
    await dbInterrupted(account, transactionId);
    await dbAddJobs(account);
    const after = await readyAccount(person, pathOf(account));
    const submitted = 'SELECT account_number AS number FROM simulated_ledger_transactions WHERE transaction_id = $1';
    expect(await here.db(submitted, [transactionId])).toEqual([{ number: after.accountNumber }]);
  });

  it('after it has submitted is followed by one that finds the same account', async () => {
    const account = await openAccount(person, OWN_ACCOUNTS);
    const transactionId = networks().newTransactionId('testnet');
    await dbInterrupted(account, transactionId);
    const { publicKey } = account;
    const creation = { transactionId, keyType: 'ed25519' as const, publicKey, initialBalance: 100_000_000_000n };
    const number = await networks().createAccount('testnet', creation);
    await dbAddJobs(account, 3);
    expect((await readyAccount(person, pathOf(account))).accountNumber).toBe(number);
    expect(await dbOnNetwork(account)).toEqual([number]);
  });

  it('for longer than a transaction lives is followed by one that chooses another', async () => {
    const account = await openAccount(person, OWN_ACCOUNTS);
    await dbInterrupted(account, '0.0.2@1600000000.000000000');
    await dbAddJobs(account);
    await readyAccount(person, pathOf(account));
    expect(await dbOnNetwork(account)).toHaveLength(1);
    expect(await here.db('SELECT 1 FROM ledger_transactions WHERE account_id = $1', [account.id])).toEqual([]);
  });

  it('in a refill is followed by one that refills no second time', async () => {
    const account = await openAccount(person, OWN_ACCOUNTS);
    const transactionId = networks().newTransactionId('testnet');
    const accountNumber = String(account.accountNumber);
    await here.db(`UPDATE ledger_accounts SET disbursement_requested_at = now(), balance = balance - 5 WHERE id = $1`, [
      account.id,
    ]);
    await here.db(
      `INSERT INTO ledger_transactions (account_id, kind, transaction_id, account_number, amount)
      VALUES ($1, 'refill', $2, $3, 5)`,
      [account.id, transactionId, accountNumber],
    );
    await networks().refill('testnet', { transactionId, accountNumber, amount: 5n });
    await dbAddJobs(account, 3, 'refill');
    await untilIdle(account);
    const onNetwork = 'SELECT balance FROM simulated_ledger_accounts WHERE account_number = $1';
    expect(await here.db(onNetwork, [accountNumber])).toEqual([{ balance: '100000000005' }]);
    expect(await dbAccount(here, account.id)).toMatchObject({ balance: '100000000000' });
  });
});

describe('a refill that was seen on the network before it is settled', () => {
  it.each([
    ['is not counted twice', 0n],
    ['takes nothing from what others have sent', 7n],
  ])('%s', async (_, sent) => {
    const account = await openAccount(person, OWN_ACCOUNTS);
    const seen = BigInt(account.balanceLimit) + sent;
    await here.db(`UPDATE ledger_accounts SET disbursement_requested_at = now(), balance = $2 WHERE id = $1`, [
      account.id,
      seen.toString(),
    ]);
    await here.db(
      `INSERT INTO ledger_transactions (account_id, kind, transaction_id, account_number, amount)
      VALUES ($1, 'refill', $2, $3, 5)`,
      [account.id, here.nest.get(LedgerNetworks, { strict: false }).newTransactionId('testnet'), account.accountNumber],
    );
    await dbAddJobs(account, 1, 'refill');
    await untilIdle(account);
    expect(await dbAccount(here, account.id)).toMatchObject({
      balance: seen.toString(),
      disbursement_requested_at: null,
    });
  });
});

describe('a network that refuses', () => {
  it('is believed, and the refusal is there to be seen', async () => {
    const account = await openAccount(person, OWN_ACCOUNTS);
    // A refill of what the network does not know is what the simulated one refuses.
    await dbForget(here, account);
    await here.db('UPDATE ledger_accounts SET disbursement_requested_at = now(), balance = 1 WHERE id = $1', [
      account.id,
    ]);
    await dbAddJobs(account, 1, 'refill');
    await untilIdle(account);
    expect(await dbAccount(here, account.id)).toMatchObject({
      disbursement_requested_at: null,
      disbursement_refused_at: expect.any(Date),
      balance: '1',
    });
  });
});

describe('a network that hangs', () => {
  it('neither fails nor delays a read', async () => {
    const accounts = [await openAccount(person, OWN_ACCOUNTS), await openAccount(person, OWN_ACCOUNTS)];
    const holder = new pg.Client({ connectionString: here.database.url });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE simulated_ledger_accounts IN ACCESS EXCLUSIVE MODE');
    const late = await startApp({ beside: here, env: { DATABASE_POOL_SIZE: '10' } });
    const elapsed = stopwatch();
    const paths = [OWN_ACCOUNTS, '/api/account', ...accounts.map(pathOf)];
    const answers = await Promise.all(paths.map((path) => person.at(late).get(path)));
    const tookMs = elapsed();
    await holder.query('ROLLBACK');
    await holder.end();
    await late.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(tookMs).toBeLessThan(3_000);
  });
});

describe('a network that hangs', () => {
  it('takes no hands from mail', async () => {
    const account = await openAccount(person, OWN_ACCOUNTS);
    await here.db('UPDATE ledger_accounts SET creation_requested_at = now() WHERE id = $1', [account.id]);
    const holder = new pg.Client({ connectionString: here.database.url });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE simulated_ledger_accounts IN ACCESS EXCLUSIVE MODE');
    const taken = () =>
      here.db(`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier LIKE 'ledger%' AND locked_at IS NOT NULL`);
    // Two processes look at this database.
    await dbAddJobs(account, 20);
    await until(async () => (await taken()).length === 2 * LANES.slow);
    await here.nest
      .get(Transactions)
      .run((tx) =>
        here.nest
          .get(Mailer, { strict: false })
          .enqueue(tx, { to: 'somebody@example.test', subject: 'A', text: 'mail' }),
      );
    await until(
      async () => (await here.db(`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'mail'`)).length === 0,
    );
    expect(await taken()).toHaveLength(2 * LANES.slow);
    await holder.query('ROLLBACK');
    await holder.end();
    await untilIdle(account);
  });
});

describe('a job that a killed process had in its hands', () => {
  it.each([
    [31, true],
    [20, false],
  ])('for %i s: is free for others: %s', async (seconds, isFree) => {
    const account = await openAccount(person, OWN_ACCOUNTS);
    await dbLetWork(here, false);
    await dbAddJobs(account);
    await here.db(
      `UPDATE graphile_worker._private_jobs SET run_at = now(), locked_by = 'dead',
        locked_at = now() - $1 * interval '1 second'`,
      [seconds],
    );
    await dbLetWork(here, true);
    const next = await startApp({ beside: here });
    await (isFree ? untilIdle(account) : new Promise((resolve) => setTimeout(resolve, 1_000)));
    expect(await dbJobs(here, account.id)).toHaveLength(isFree ? 0 : 1);
    await next.close();
    await here.db('DELETE FROM graphile_worker._private_jobs');
  });
});

describe('what is deleted', () => {
  it('leaves jobs that end quietly', async () => {
    const founder = await signUp(here);
    const { path } = await found(founder);
    const account = await openAccount(founder, `${path}/ledger-accounts`);
    await founder.delete(path).expect(204);
    await dbAddJobs(account, 2);
    await dbAddJobs(account, 2, 'refill');
    await untilIdle(account);
    expect(await dbOnNetwork(account)).toEqual([account.accountNumber]);
  });

  it('and what is suspended gets nothing created, until it is suspended no more', async () => {
    const founder = await signUp(here);
    const { path, id } = await found(founder);
    const account = await openAccount(founder, `${path}/ledger-accounts`);
    const suspend = (at: string) => here.db(`UPDATE organizations SET suspended_at = ${at} WHERE id = $1`, [id]);
    await suspend('now()');
    await dbForget(here, account);
    await here.db('UPDATE ledger_accounts SET creation_requested_at = now() WHERE id = $1', [account.id]);
    await dbAddJobs(account);
    await until(async () => JSON.stringify(await dbJobs(here, account.id)).includes('"tries":1'));
    expect(await dbOnNetwork(account)).toEqual([]);
    await suspend('NULL');
    await until(async () => (await dbOnNetwork(account)).length === 1);
  });
});
