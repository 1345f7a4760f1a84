/** What the `hedera` driver promises beyond the contract of every driver: nodes, mirrors and operators as they really are. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { HederaSdk } from '../../../src/ledger-accounts/networks/hedera/sdk.js';
import { NetworkError, type LedgerNetworks } from '../../../src/ledger-accounts/networks/ledger-network.js';
import { ConsensusNode } from '../../support/consensus-node/consensus-node.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import {
  creationOn,
  startDriver,
  TIME_LIMIT_MS,
  type Driver,
} from '../../support/ledger-networks/network-under-test.js';
import { stopwatch } from '../../support/stopwatch.js';
import { until } from '../../support/until.js';

let node: ConsensusNode;
let database: TestDatabase;
let networks: LedgerNetworks;
const drivers: Driver[] = [];

beforeAll(async () => {
  [node, database] = await Promise.all([ConsensusNode.start(), createTestDatabase()]);
  networks = await driver();
});

afterEach(() =>
  node.order({
    creationsPerSecond: 1_000,
    receiptMs: 180_000,
    lagMs: 0,
    throttled: false,
    mute: false,
    mirrorDown: false,
    down: false,
  }),
);

afterAll(async () => {
  for (const each of drivers) await each.close();
  await node.close();
  await database.drop();
});

async function driver(env: Record<string, string> = {}, ...without: string[]): Promise<LedgerNetworks> {
  const all = { ...node.environment(), LEDGER_CREATIONS_PER_SECOND: '10000', ...env, DATABASE_URL: database.url };
  const started = await startDriver(
    Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name))),
  );
  drivers.push(started);
  return started.networks;
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

const idFrom = (secondsAgo: number): string =>
  networks.newTransactionId('testnet').replace(/@\d+/, `@${String(Math.floor(Date.now() / 1_000) - secondsAgo)}`);

const accountsOf = (publicKey: string): number =>
  [...node.ledger.accounts.values()].filter(({ rawKey }) => publicKey.endsWith(rawKey)).length;

describe('a node above its rate', () => {
  it('makes a creation busy, and does it when the same id comes again', async () => {
    await node.order({ creationsPerSecond: 2 });
    const creations = Array.from({ length: 10 }, () => creationOn(networks));
    const errors = await Promise.all(creations.map((each) => errorOf(networks.createAccount('testnet', each))));

    const faults = errors.flatMap((error) => (error === null ? [] : [(error as NetworkError).fault]));
    expect(faults).toContain('busy');
    // On a busy machine another attempt may come to nothing because its time is over.
    expect(faults.filter((fault) => fault !== 'busy' && fault !== 'unavailable')).toEqual([]);
    await node.order({ creationsPerSecond: 1_000 });
    for (const each of creations) await networks.createAccount('testnet', each);
    expect(creations.map(({ publicKey }) => accountsOf(publicKey))).toEqual(creations.map(() => 1));
  });
});

/** An id is good for 120 s. It has eight left at first, which a busy machine needs, and none after the pause. */
describe('an id that is too old', () => {
  it('is looked up at the mirror when the nodes have forgotten it', async () => {
    const creation = creationOn(networks, { transactionId: idFrom(112) });
    const accountNumber = await networks.createAccount('testnet', creation);
    await sleep(9_000);
    await node.order({ forgetReceipts: true });

    expect(await networks.createAccount('testnet', creation)).toBe(accountNumber);
  });

  it('is not given up before the mirror is past it', async () => {
    const creation = creationOn(networks, { transactionId: idFrom(112) });
    const accountNumber = await networks.createAccount('testnet', creation);
    await sleep(9_000);
    await node.order({ forgetReceipts: true, lagMs: 30_000 });

    expect(await errorOf(networks.createAccount('testnet', creation))).toMatchObject({ fault: 'unavailable' });
    await node.order({ lagMs: 0 });
    expect(await networks.createAccount('testnet', creation)).toBe(accountNumber);
  });

  it('of another operator is never sent, and not given up before its time', async () => {
    const creation = creationOn(networks, {
      transactionId: networks.newTransactionId('testnet').replace('0.0.2@', '0.0.5@'),
    });

    expect(await errorOf(networks.createAccount('testnet', creation))).toMatchObject({ fault: 'unavailable' });
    expect(accountsOf(creation.publicKey)).toBe(0);
  });
});

describe('an account', () => {
  it.each(['ed25519', 'ecdsa'] as const)(
    'is found by its %s key although the mirror has not heard',
    async (keyType) => {
      await node.order({ lagMs: 60_000 });
      const creation = creationOn(networks, { keyType });
      const accountNumber = await networks.createAccount('testnet', creation);
      const { publicKey, initialBalance: balance } = creation;

      expect(await networks.findAccount('testnet', accountNumber)).toEqual({ balance, publicKey });
    },
  );

  it.each([[[]], [['HEDERA_TESTNET_MIRROR_URL']]])('that was deleted is gone, without %j', async (without) => {
    const own = await driver({}, ...without);
    const accountNumber = await own.createAccount('testnet', creationOn(own));
    const account = node.ledger.accounts.get(Number(accountNumber));
    if (account) account.deleted = true;

    expect(await own.findAccount('testnet', accountNumber)).toBeNull();
  });

  it('is found, refilled, and gone after a reset without any mirror', async () => {
    const own = await driver({}, 'HEDERA_TESTNET_MIRROR_URL');
    const accountNumber = await own.createAccount('testnet', creationOn(own));
    await own.refill('testnet', { transactionId: own.newTransactionId('testnet'), accountNumber, amount: 7n });

    expect(await own.findAccount('testnet', accountNumber)).toMatchObject({ balance: 100_000_000_007n });
    await node.order({ reset: true });
    expect(await own.findAccount('testnet', accountNumber)).toBeNull();
  });
});

describe('a mirror', () => {
  it('that asks to slow down is busy', async () => {
    await node.order({ throttled: true });
    expect(await errorOf(networks.findAccount('testnet', '1'))).toMatchObject({ fault: 'busy' });
  });

  it('that does not answer never makes an account gone', async () => {
    await node.order({ mirrorDown: true });
    expect(await errorOf(networks.findAccount('testnet', '987654'))).toMatchObject({ fault: 'unavailable' });
  });
});

describe('a network that takes everything and answers nothing', () => {
  it('is unavailable within the limit, and leaves no rejection that nobody handles', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): number => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const transactionId = networks.newTransactionId('testnet');
    const refill = { transactionId, accountNumber: '1001', amount: 1n };
    await node.order({ mute: true });
    const elapsed = stopwatch();
    const errors = await Promise.all([
      errorOf(networks.createAccount('testnet', creationOn(networks))),
      errorOf(networks.refill('testnet', refill)),
      errorOf(networks.findAccount('testnet', '1001')),
    ]);

    expect(elapsed()).toBeLessThan(TIME_LIMIT_MS + 1_000);
    for (const error of errors) expect(error).toMatchObject({ fault: 'unavailable' });
    await sleep(TIME_LIMIT_MS);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

describe('an operator', () => {
  it('whose key is another one creates nothing, and the key is in no error', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('hex');
    const own = await driver({ HEDERA_TESTNET_OPERATOR_KEY: key });
    const creation = creationOn(own);
    const error = await errorOf(own.createAccount('testnet', creation));

    expect(error).toMatchObject({ fault: 'unavailable', message: 'the network answered INVALID_SIGNATURE' });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(key.slice(-64));
    expect(accountsOf(creation.publicKey)).toBe(0);
  });
});

describe('a network that is not configured', () => {
  it('creates nothing, and says nothing of what there is', async () => {
    const creation = creationOn(networks, { transactionId: networks.newTransactionId('previewnet') });

    expect(await errorOf(networks.createAccount('previewnet', creation))).toMatchObject({ fault: 'rejected' });
    expect(await errorOf(networks.findAccount('previewnet', '1001'))).toMatchObject({ fault: 'unavailable' });
  });
});

describe('a node that restarts', () => {
  it('is used again when it is back', async () => {
    await node.order({ down: true });
    for (let attempt = 0; attempt < 4; attempt += 1) {
      expect(await errorOf(networks.createAccount('testnet', creationOn(networks)))).toBeInstanceOf(NetworkError);
    }
    await node.order({ down: false });
    const creation = creationOn(networks);
    await until(async () => (await errorOf(networks.createAccount('testnet', creation))) === null);

    expect(accountsOf(creation.publicKey)).toBe(1);
  });
});

describe('the SDK', () => {
  it('has the shapes that the driver is written for', async () => {
    // The compiler compares them; at run time they are at least there.
    const sdk: HederaSdk = await import('@hiero-ledger/sdk');
    const used = [
      sdk.Client.forNetwork,
      sdk.AccountId.fromString,
      sdk.TransactionId.fromString,
      sdk.PublicKey.fromString,
    ];

    for (const each of [...used, sdk.Hbar.fromTinybars]) expect(each).toBeInstanceOf(Function);
  });

  it('that is not installed is named by the start', () => {
    const script = `import('./src/ledger-accounts/networks/hedera/sdk.ts')
      .then(({ loadSdk }) => loadSdk('@hiero-ledger/not-there')).catch((error) => console.log(error.message));`;
    const said = execFileSync(process.execPath, ['--import', './harness/typescript.js', '--eval', script]);

    expect(String(said)).toMatch(/^LEDGER_NETWORK_DRIVER=hedera needs the optional package .*, which is not installed/);
  });
});
