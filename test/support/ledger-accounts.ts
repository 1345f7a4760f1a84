/** Ledger accounts: creating, reading and losing them in tests. */
import type { Test } from 'supertest';
import { RESET } from '../../src/ledger-accounts/networks/simulated/reset.sql.js';
import type { Actor } from './actors.js';
import type { TestApp } from './app.js';
import type { Scene } from './scene.js';
import { until } from './until.js';

export const OWN_ACCOUNTS = '/api/v1/users/me/ledger-accounts';
export const ALL_SCOPES = ['ledger-accounts:read', 'ledger-accounts:manage', 'ledger-accounts:reveal'];

export interface LedgerAccount {
  readonly id: string;
  readonly network: string;
  readonly keyType: string;
  readonly publicKey: string;
  readonly privateKey: string | null;
  readonly status: string;
  readonly accountNumber: string | null;
  readonly balance: string;
  readonly balanceLimit: string;
  readonly scheduledForDisbursement: boolean;
  readonly lastDisbursementAt: string | null;
  readonly createdAt: string;
  readonly accountNumbers: { accountNumber: string; since: string; until: string | null }[];
}

/** Kinds of owners, with the path of their accounts. */
export const OWNERS = ['user', 'organization'] as const;
export type OwnerKind = (typeof OWNERS)[number];

export function accountsPath(kind: OwnerKind, { organization }: Pick<Scene, 'organization'>): string {
  return kind === 'user' ? OWN_ACCOUNTS : `${organization.path}/ledger-accounts`;
}

/** Creates an account over HTTP and waits until its network has it. */
export async function openAccount(
  by: Actor,
  path: string,
  fields: { network?: string; keyType?: string } = {},
): Promise<LedgerAccount> {
  const body = { network: 'testnet', keyType: 'ed25519', ...fields };
  const { id } = (await by.post(path, body).expect(201)).body as LedgerAccount;
  return readyAccount(by, `${path}/${id}`);
}

/** Waits for the account with one long poll. */
export async function readyAccount(by: Actor, path: string): Promise<LedgerAccount> {
  const account = (await by.get(`${path}?wait=30`).expect(200)).body as LedgerAccount;
  if (account.status !== 'active') throw new Error(`still ${account.status}`);
  return account;
}

export function getAccount(by: Actor, path: string, { id }: Pick<LedgerAccount, 'id'>): Test {
  return by.get(`${path}/${id}`);
}

/** Same statement as `npm run ledger:reset`. */
export async function dbResetNetwork(app: TestApp, network = 'testnet'): Promise<void> {
  await app.db(RESET, [network]);
}

/** Deletes this account alone on its network, as a reset would. */
export async function dbForget(app: TestApp, { accountNumber, network }: LedgerAccount): Promise<void> {
  await app.db('DELETE FROM simulated_ledger_accounts WHERE account_number = $1 AND network = $2', [
    accountNumber,
    network,
  ]);
}

/** Sets the balance of the account on its simulated network. */
export async function dbSetBalance(app: TestApp, { accountNumber }: LedgerAccount, balance: number): Promise<void> {
  await app.db('UPDATE simulated_ledger_accounts SET balance = $2 WHERE account_number = $1', [accountNumber, balance]);
}

export async function dbAccount(app: TestApp, id: string): Promise<Record<string, unknown>> {
  const [row] = await app.db('SELECT * FROM ledger_accounts WHERE id = $1', [id]);
  if (!row) throw new Error('no such ledger account');
  return row;
}

export async function dbAccountEvents(app: TestApp, id: string): Promise<{ action: string; details: object }[]> {
  return app.db('SELECT action, actor_kind, actor_id, details FROM audit_events WHERE target_id = $1 ORDER BY id', [
    id,
  ]);
}

/** Jobs of this account, or of all. */
export function dbJobs(app: TestApp, accountId = ''): Promise<object[]> {
  return app.db(`SELECT payload FROM graphile_worker._private_jobs WHERE payload->>'accountId' LIKE $1 || '%'`, [
    accountId,
  ]);
}

const HOLD_JOBS = `
  CREATE OR REPLACE FUNCTION test_hold_job() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.run_at := now() + interval '1 day'; RETURN NEW; END $$;
  CREATE OR REPLACE TRIGGER test_hold_job BEFORE INSERT ON graphile_worker._private_jobs FOR EACH ROW
    WHEN (NEW.payload ->> 'accountId' IS NOT NULL) EXECUTE FUNCTION test_hold_job()`;
const LET_JOBS_RUN = `
  DROP TRIGGER IF EXISTS test_hold_job ON graphile_worker._private_jobs;
  UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL;
  SELECT pg_notify('jobs:insert', '{"count":1}')`;

/** Allows or forbids the execution of jobs for ledger networks. */
export async function dbLetWork(app: TestApp, may: boolean): Promise<void> {
  await app.db(may ? LET_JOBS_RUN : HOLD_JOBS);
}

/** Reads until the account has this status: a read does not wait for a slow network, as on a busy machine. */
export async function seenAs(status: string, by: Actor, path: string): Promise<LedgerAccount> {
  let account: LedgerAccount | undefined;
  await until(async () => {
    account = (await by.get(path).expect(200)).body as LedgerAccount;
    return account.status === status;
  });
  return account as LedgerAccount;
}
