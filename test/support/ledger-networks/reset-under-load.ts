/**
 * Reset under load: a network is reset while twenty clients read fourteen accounts at two processes of the service, one of
 * which is killed by SIGKILL halfway. Runs for every driver: `Stage` resets and queries its network.
 */
import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { LANES } from '../../../src/platform/queue/queue-tasks.service.js';
import type { TestDatabase } from '../database.js';
import { OWN_ACCOUNTS, type LedgerAccount } from '../ledger-accounts.js';
import { rounds } from '../rounds.js';
import { ServiceProcess } from '../service-process.js';
import { until } from '../until.js';

export interface Stage {
  readonly database: TestDatabase;
  /** Whole environment of a process of the service. */
  readonly env: Readonly<Record<string, string>>;
  reset(): Promise<void>;
  /** Number of accounts that the network has under this key. */
  countAccounts(publicKey: string): Promise<number>;
}

const CLIENTS = 20;
const ACCOUNTS = 14;
const READ_PAUSE_MS = 200;
const PERSON = { email: 'reader@example.test', password: 'a long enough pass phrase 42' };

interface Client {
  get(path: string): Promise<{ status: number; body: LedgerAccount }>;
  post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }>;
}

export async function resetUnderLoad(stage: Stage): Promise<void> {
  let processes: ServiceProcess[] = await Promise.all([
    ServiceProcess.start(stage.env),
    ServiceProcess.start(stage.env),
  ]);
  try {
    const client = await signedIn(() => processes);
    const before = await rounds(ACCOUNTS, (index) => opened(client, index));
    const load = keepReading(client, before);
    await stage.reset();
    await until(async () => (await dbRecreated(stage)) > 0 && (await dbUnderWay(stage)) > 0);
    const [doomed, survivor] = processes;
    await doomed?.stop('SIGKILL');
    // Halfway: some accounts are recreated, and others are not.
    expect(await dbRecreated(stage)).toBeLessThan(ACCOUNTS);
    if (survivor) processes = [survivor];
    // Jobs that the killed process was executing wait until their lease ends; no other job does.
    await until(async () => (await dbRecreated(stage)) >= ACCOUNTS - LANES.slow, 25_000);
    processes = [...processes, await ServiceProcess.start(stage.env)];
    await until(async () => (await dbRecreated(stage)) === ACCOUNTS, 60_000);
    const statuses = await load.stop();
    await examine(stage, client, before);
    expect(statuses).toEqual(new Set([200]));
  } finally {
    await Promise.all(processes.map((service) => service.stop()));
  }
}

async function examine(stage: Stage, client: Client, before: readonly LedgerAccount[]): Promise<void> {
  const numbers = new Set<string | null>();
  for (const old of before) {
    const { body: now } = await client.get(`${OWN_ACCOUNTS}/${old.id}?wait=10`);
    const { publicKey, privateKey, network, keyType } = old;
    expect(now).toMatchObject({ publicKey, privateKey, network, keyType, status: 'active' });
    expect(now.accountNumber).not.toBe(old.accountNumber);
    expect(now.accountNumbers.map(({ accountNumber }) => accountNumber)).toEqual([
      now.accountNumber,
      old.accountNumber,
    ]);
    expect({ publicKey, count: await stage.countAccounts(publicKey) }).toEqual({ publicKey, count: 1 });
    numbers.add(now.accountNumber);
  }
  expect(numbers.size).toBe(ACCOUNTS);
  expect(await dbUnderWay(stage)).toBe(0);
}

/** Signs in at any live process; a connection cut by the kill is repeated at another. */
async function signedIn(processes: () => readonly ServiceProcess[]): Promise<Client> {
  let credential: string | null = null;
  const call = async (path: string, init: RequestInit = {}): Promise<{ status: number; body: never }> => {
    for (let attempt = 0; ; attempt += 1) {
      const alive = processes();
      const service = alive[Math.floor(Math.random() * alive.length)];
      const headers = {
        'content-type': 'application/json',
        ...(credential !== null && { authorization: `Bearer ${credential}` }),
      };
      try {
        const response = await fetch(`${String(service?.url)}${path}`, { ...init, headers });
        return { status: response.status, body: (await response.json()) as never };
      } catch (error) {
        if (attempt > 20) throw error;
        await sleep(50);
      }
    }
  };
  const post = (path: string, body: object) => call(path, { method: 'POST', body: JSON.stringify(body) });
  await post('/api/v1/auth/register', { ...PERSON, name: 'Reader' });
  const { body } = (await post('/api/v1/auth/login', PERSON)) as { body: { accessToken: string } };
  credential = body.accessToken;
  return { get: call, post };
}

async function opened(client: Client, index: number): Promise<LedgerAccount> {
  const keyType = index % 2 ? 'ecdsa' : 'ed25519';
  const { status, body } = await client.post(OWN_ACCOUNTS, { network: 'testnet', keyType });
  expect(status).toBe(201);
  const account = (await client.get(`${OWN_ACCOUNTS}/${String(body.id)}?wait=30`)).body;
  expect(account.status).toBe('active');
  return account;
}

/** Each client reads one account after another, without end, with pauses that leave the processor to other specs. */
function keepReading(client: Client, accounts: readonly LedgerAccount[]): { stop(): Promise<Set<number>> } {
  const statuses = new Set<number>();
  let running = true;
  const readers = Array.from({ length: CLIENTS }, async (_, reader) => {
    for (let turn = reader; running; turn += 1) {
      const { id, publicKey } = accounts[turn % accounts.length] ?? { id: '', publicKey: '' };
      const path = turn % 3 === 0 ? `/api/account/${publicKey}` : `${OWN_ACCOUNTS}/${id}`;
      statuses.add((await client.get(path)).status);
      await sleep(READ_PAUSE_MS);
    }
  });
  return {
    stop: async () => {
      running = false;
      await Promise.all(readers);
      return statuses;
    },
  };
}

async function dbRecreated({ database }: Stage): Promise<number> {
  return (await database.query('SELECT 1 FROM ledger_account_numbers WHERE gone_since IS NOT NULL')).length;
}

/** Number of transactions on record that are not settled. */
async function dbUnderWay({ database }: Stage): Promise<number> {
  return (await database.query('SELECT 1 FROM ledger_transactions')).length;
}
