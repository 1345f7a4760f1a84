/** What `LedgerNetworks` promises, held against every driver. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerNetworks } from '../../../src/ledger-accounts/networks/ledger-network.js';
import { startHedera } from '../../support/ledger-networks/hedera.js';
import { creationOn, TIME_LIMIT_MS, type NetworkUnderTest } from '../../support/ledger-networks/network-under-test.js';
import { startSimulated } from '../../support/ledger-networks/simulated.js';
import { rounds } from '../../support/rounds.js';
import { stopwatch } from '../../support/stopwatch.js';
import { until } from '../../support/until.js';

const UNKNOWN = '987654321';
const BALANCE = 100_000_000_000n;

const faultOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error as { fault?: string }).fault ?? String(error),
  );

/** An id whose transaction could begin so long ago. */
const idFrom = (networks: LedgerNetworks, secondsAgo: number): string =>
  networks.newTransactionId('testnet').replace(/@\d+/, `@${String(Math.floor(Date.now() / 1_000) - secondsAgo)}`);

const drivers = [
  ['simulated', startSimulated],
  ['hedera', startHedera],
] as const;

/** How many accounts are left under the key of one creation that several ask for while the network is reset. */
async function creationsAroundReset({ networks, reset, countAccounts }: NetworkUnderTest): Promise<number> {
  const creation = creationOn(networks);
  const create = (): Promise<string> => faultOf(networks.createAccount('testnet', creation));
  await Promise.all([create(), create(), reset('testnet'), create(), create()]);
  expect(await create()).toBe('none');
  return countAccounts('testnet', creation.publicKey);
}

describe.each(drivers)('the %s driver', (_name, start) => {
  let network: NetworkUnderTest;
  let networks: LedgerNetworks;

  beforeAll(async () => {
    network = await start();
    ({ networks } = network);
  });

  afterAll(() => network.close());

  describe('a creation', () => {
    it.each(['ed25519', 'ecdsa'] as const)(
      'makes an account with an %s key and its opening balance',
      async (keyType) => {
        const creation = creationOn(networks, { keyType });
        const accountNumber = await networks.createAccount('testnet', creation);

        expect(accountNumber).toMatch(/^[1-9]\d*$/);
        const { publicKey } = creation;
        expect(await networks.findAccount('testnet', accountNumber)).toEqual({ balance: BALANCE, publicKey });
        expect(await network.countAccounts('testnet', creation.publicKey)).toBe(1);
      },
    );

    it.each(['ed25519', 'ecdsa'] as const)('with an %s key happens once for one id, however often', async (keyType) => {
      const creation = creationOn(networks, { keyType });
      const first = await networks.createAccount('testnet', creation);

      expect(await networks.createAccount('testnet', creation)).toBe(first);
      expect(await network.countAccounts('testnet', creation.publicKey)).toBe(1);
    });

    it('happens once for one id that many ask for at the same moment', async () => {
      const creation = creationOn(networks);
      const numbers = await Promise.all(Array.from({ length: 8 }, () => networks.createAccount('testnet', creation)));

      expect(new Set(numbers).size).toBe(1);
      expect(await network.countAccounts('testnet', creation.publicKey)).toBe(1);
    });

    it('makes another account for another id, even with the same key', async () => {
      const creation = creationOn(networks);
      const first = await networks.createAccount('testnet', creation);
      const again = { ...creation, transactionId: networks.newTransactionId('testnet') };

      expect(await networks.createAccount('testnet', again)).not.toBe(first);
    });

    it('answers what it did, also when its id is too old to do anything', async () => {
      // An id is good for 120 s. It has eight left, which a busy machine needs, and none after the pause.
      const creation = creationOn(networks, { transactionId: idFrom(networks, 112) });
      const first = await networks.createAccount('testnet', creation);
      await sleep(9_000);

      expect(await networks.createAccount('testnet', creation)).toBe(first);
    });

    it('never happens for an id that expired', async () => {
      const creation = creationOn(networks, { transactionId: idFrom(networks, 3_600) });

      expect(await faultOf(networks.createAccount('testnet', creation))).toBe('expired');
      expect(await faultOf(networks.createAccount('testnet', creation))).toBe('expired');
      expect(await network.countAccounts('testnet', creation.publicKey)).toBe(0);
    });

    it('does not take another creation’s account for its own', async () => {
      const creation = creationOn(networks);
      await networks.createAccount('testnet', creation);
      const stranger = creationOn(networks, { transactionId: creation.transactionId });

      expect(await faultOf(networks.createAccount('testnet', stranger))).toBe('expired');
      expect(await network.countAccounts('testnet', stranger.publicKey)).toBe(0);
    });

    it('is told to wait beyond the rate, and may then be sent again', async () => {
      const slow = await network.another({ LEDGER_CREATIONS_PER_SECOND: '1' });
      const creations = Array.from({ length: 8 }, () => creationOn(slow));
      const faults = await Promise.all(creations.map((each) => faultOf(slow.createAccount('testnet', each))));

      expect(faults.filter((fault) => fault === 'none')).toHaveLength(4);
      expect(faults.filter((fault) => fault === 'busy')).toHaveLength(4);
      for (const each of creations) await networks.createAccount('testnet', each);
      for (const each of creations) expect(await network.countAccounts('testnet', each.publicKey)).toBe(1);
    });
  });

  describe('a refill', () => {
    it('adds to the balance, once for each id', async () => {
      const accountNumber = await networks.createAccount('testnet', creationOn(networks));
      const refill = { transactionId: networks.newTransactionId('testnet'), accountNumber, amount: 5n };
      await Promise.all([networks.refill('testnet', refill), networks.refill('testnet', refill)]);
      await networks.refill('testnet', refill);
      await networks.refill('testnet', { ...refill, transactionId: networks.newTransactionId('testnet') });

      expect(await networks.findAccount('testnet', accountNumber)).toMatchObject({ balance: BALANCE + 10n });
    });

    it('of an account that the network does not know is rejected, every time', async () => {
      const refill = { transactionId: networks.newTransactionId('testnet'), accountNumber: UNKNOWN, amount: 5n };

      expect(await faultOf(networks.refill('testnet', refill))).toBe('rejected');
      expect(await faultOf(networks.refill('testnet', refill))).toBe('rejected');
    });

    it('never happens for an id that expired', async () => {
      const accountNumber = await networks.createAccount('testnet', creationOn(networks));
      const refill = { transactionId: idFrom(networks, 3_600), accountNumber, amount: 5n };

      expect(await faultOf(networks.refill('testnet', refill))).toBe('expired');
      expect(await networks.findAccount('testnet', accountNumber)).toMatchObject({ balance: BALANCE });
    });
  });

  describe('a network', () => {
    it('knows nothing of a number that it never gave', async () => {
      expect(await networks.findAccount('testnet', UNKNOWN)).toBeNull();
    });

    it('never hands out the same transaction id twice', () => {
      const ids = Array.from({ length: 10_000 }, () => networks.newTransactionId('testnet'));
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('that is silent is unavailable within the limit, and the same id succeeds when it is back', async () => {
      const [creation, known] = [creationOn(networks), await networks.createAccount('testnet', creationOn(networks))];
      await network.goSilent();
      const elapsed = stopwatch();
      const faults = await Promise.all([
        faultOf(networks.createAccount('testnet', creation)),
        faultOf(networks.findAccount('testnet', known)),
      ]);

      expect(faults).toEqual(['unavailable', 'unavailable']);
      expect(elapsed()).toBeLessThan(TIME_LIMIT_MS + 1_000);
      await network.comeBack();
      await until(async () => (await faultOf(networks.createAccount('testnet', creation))) === 'none');
      expect(await network.countAccounts('testnet', creation.publicKey)).toBe(1);
    });

    it('whose answer is lost has done it once, and tells so under the same id', async () => {
      const creation = creationOn(networks);
      const told = await network.loseAnswer(() => networks.createAccount('testnet', creation));

      expect(told).toMatchObject({ fault: 'unavailable' });
      expect(await network.countAccounts('testnet', creation.publicKey)).toBe(1);
      const accountNumber = await networks.createAccount('testnet', creation);
      expect(await networks.findAccount('testnet', accountNumber)).toMatchObject({ balance: BALANCE });
      expect(await network.countAccounts('testnet', creation.publicKey)).toBe(1);
    });

    it('that is reset while it creates keeps what it created once, or not at all', async () => {
      const left = await rounds(12, () => creationsAroundReset(network), 1);

      expect(Math.max(...left)).toBe(1);
    });

    it('that was reset knows none of its accounts, and gives the same key another number', async () => {
      const creation = creationOn(networks);
      const elsewhere = creationOn(networks, { transactionId: networks.newTransactionId('previewnet') });
      const [before, other] = await Promise.all([
        networks.createAccount('testnet', creation),
        networks.createAccount('previewnet', elsewhere),
      ]);
      await network.reset('testnet');

      expect(await networks.findAccount('testnet', before)).toBeNull();
      expect(await networks.findAccount('previewnet', other)).toMatchObject({ balance: BALANCE });
      const again = { ...creation, transactionId: networks.newTransactionId('testnet') };
      const after = await networks.createAccount('testnet', again);
      expect(after).not.toBe(before);
      expect(await networks.findAccount('testnet', after)).toMatchObject({ balance: BALANCE });
    });
  });
});
