import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { LedgerAccountRow } from '../../../../src/ledger-accounts/account-row.js';
import {
  NetworkError,
  type LedgerAccountState,
  type LedgerNetworks,
} from '../../../../src/ledger-accounts/networks/ledger-network.js';
import { NetworkLookups } from '../../../../src/ledger-accounts/reconciliation/network-lookups.service.js';
import type { ReconciliationService } from '../../../../src/ledger-accounts/reconciliation/reconciliation.service.js';

interface Question {
  readonly accountNumber: string;
  answer(isThere: boolean): void;
  fail(): void;
}

/** Every question ever put to the network, which answers when it is told to. */
let asked: Question[];
let lookUps: NetworkLookups;

beforeAll(() => Logger.overrideLogger(false));
beforeEach(() => {
  asked = [];
  const findAccount = (_: string, accountNumber: string) =>
    new Promise<LedgerAccountState | null>((resolve, reject) => {
      asked.push({
        accountNumber,
        answer: (isThere) => resolve(isThere ? { balance: 1n, publicKey: '' } : null),
        fail: () => reject(new NetworkError('unavailable', 'no answer')),
      });
    });
  const reconcile = async (_: unknown, __: string, state: LedgerAccountState | null) => state === null;
  lookUps = new NetworkLookups(
    { findAccount } as unknown as LedgerNetworks,
    { reconcile } as unknown as ReconciliationService,
  );
});

function account(number = '1'): LedgerAccountRow {
  return { id: `account-${number}`, accountNumber: number, status: 'active', network: 'testnet' } as LedgerAccountRow;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a read', () => {
  it('is answered from a question that began after it came', async () => {
    const first = lookUps.lookUp([account()]);
    await turn();
    const second = lookUps.lookUp([account()]);
    await turn();
    expect(asked).toHaveLength(1);
    asked[0]?.answer(true);
    expect(await first).toBe(false);
    await turn();
    asked[1]?.answer(false);
    expect(await second).toBe(true);
  });

  it('asks again right after an answer', async () => {
    const first = lookUps.lookUp([account()]);
    await turn();
    asked[0]?.answer(true);
    await first;
    const second = lookUps.lookUp([account()]);
    await turn();
    asked[1]?.answer(false);
    expect(await second).toBe(true);
  });

  it('shares its question with all who come before it begins: fifty and one cause two', async () => {
    const first = lookUps.lookUp([account()]);
    await turn();
    const fifty = Array.from({ length: 50 }, () => lookUps.lookUp([account()]));
    asked[0]?.answer(true);
    await first;
    await turn();
    asked[1]?.answer(false);
    expect(new Set(await Promise.all(fifty))).toEqual(new Set([true]));
    expect(asked).toHaveLength(2);
  });

  it('waits for 0.3 s and no longer', async () => {
    const startedAt = performance.now();
    expect(await lookUps.lookUp([account()])).toBe(false);
    expect(performance.now() - startedAt).toBeGreaterThan(250);
    expect(asked).toHaveLength(1);
  });
});

describe('a network that does not answer', () => {
  it('is not asked about the same account again for two seconds, neither by whoever was next', async () => {
    const reads = [lookUps.lookUp([account()])];
    await turn();
    reads.push(lookUps.lookUp([account()]));
    asked[0]?.fail();
    await Promise.all(reads);
    expect(await lookUps.lookUp([account()])).toBe(false);
    expect(asked).toHaveLength(1);
  });

  it('is asked four questions at once', async () => {
    const reads = Array.from({ length: 6 }, (_, index) => lookUps.lookUp([account(String(index))]));
    await turn();
    expect(asked.map(({ accountNumber }) => accountNumber)).toEqual(['0', '1', '2', '3']);
    asked[0]?.fail();
    await turn();
    expect(asked).toHaveLength(5);
    await Promise.all(reads);
  });
});
