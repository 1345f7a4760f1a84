/**
 * Looks up accounts on their networks when they are read. A read waits briefly: a slow network neither delays nor fails
 * a response, and its late result serves the next read. A read after a reset must notice the reset. So a read uses only
 * lookups that started after it began (tested by
 * test/unit/ledger-accounts/reconciliation/network-lookups.service.spec.ts).
 */
import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { setTimeout as sleep } from 'node:timers/promises';
import { safeMessageOf } from '../../platform/logging/safe-message.js';
import type { LedgerAccountRow } from '../account-row.js';
import { LedgerNetworks } from '../networks/ledger-network.js';
import { ReconciliationService } from './reconciliation.service.js';

/** Time that a read waits for the lookups. */
const MAX_WAIT_MS = 300;
/** Time for which an account is not looked up again after a failure. */
const RETRY_PAUSE_MS = 2_000;
/** Below the number of connections for requests, because a lookup on a simulated network uses one. */
const MAX_CONCURRENT = 4;
const MAX_PENDING = 1_000;
const WARNING_INTERVAL_MS = 10_000;

@Injectable()
export class NetworkLookups {
  private readonly logger = new Logger(NetworkLookups.name);
  /**
   * Running lookups, by account id and number: with a new number an account is a different one. Each account has at
   * most one running and one next lookup.
   */
  private readonly runningLookups = new Map<string, Promise<boolean>>();
  /** Lookups that have not started, so that new reads may share them: many readers of one account cause few lookups. */
  private readonly nextLookups = new Map<string, Promise<boolean>>();
  private readonly failed = new LRUCache<string, true>({ max: 20_000, ttl: RETRY_PAUSE_MS });
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private nextWarningAtMs = 0;

  constructor(
    private readonly networks: LedgerNetworks,
    private readonly reconciliation: ReconciliationService,
  ) {}

  /** Returns whether a row may have changed, so that it should be read again. */
  async lookUp(accounts: readonly LedgerAccountRow[]): Promise<boolean> {
    const outcomes = await Promise.all(accounts.filter(isOnNetwork).map((account) => this.lookUpWithin(account)));
    return outcomes.includes(true);
  }

  private async lookUpWithin(account: OnNetwork): Promise<boolean> {
    return Promise.race([this.nextLookup(account), sleep(MAX_WAIT_MS, false, { ref: false })]);
  }

  /** Never rejects. */
  private async nextLookup(account: OnNetwork): Promise<boolean> {
    const key = `${account.id}/${account.accountNumber}`;
    if (this.failed.has(key)) return false;
    const next = this.nextLookups.get(key);
    if (next) return next;
    if (this.nextLookups.size >= MAX_PENDING) return false;
    const lookup = this.runAfterPrevious(key, account);
    this.nextLookups.set(key, lookup);
    return lookup;
  }

  private async runAfterPrevious(key: string, account: OnNetwork): Promise<boolean> {
    await this.runningLookups.get(key);
    await this.acquire();
    this.nextLookups.delete(key);
    // The previous lookup has just failed; asking the network again is useless.
    const lookup = this.failed.has(key) ? Promise.resolve(false) : this.reconcile(key, account);
    this.runningLookups.set(key, lookup);
    try {
      return await lookup;
    } finally {
      this.runningLookups.delete(key);
      this.release();
    }
  }

  private async reconcile(key: string, account: OnNetwork): Promise<boolean> {
    try {
      const { network, accountNumber } = account;
      const state = await this.networks.findAccount(network, accountNumber);
      return await this.reconciliation.reconcile(account, accountNumber, state);
    } catch (error) {
      this.failed.set(key, true);
      this.warn(account, error);
      return false;
    }
  }

  /** Logs an unreachable network once per interval, not for each account and read. */
  private warn({ id, network }: OnNetwork, error: unknown): void {
    if (performance.now() < this.nextWarningAtMs) return;
    this.nextWarningAtMs = performance.now() + WARNING_INTERVAL_MS;
    this.logger.warn(`Accounts such as ${id} cannot be looked for on ${network} now: ${safeMessageOf(error)}`);
  }

  private async acquire(): Promise<void> {
    if (this.running < MAX_CONCURRENT) this.running += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Passes the slot to the next waiting lookup, or frees it. */
  private release(): void {
    const resume = this.waiting.shift();
    if (resume) resume();
    else this.running -= 1;
  }
}

type OnNetwork = LedgerAccountRow & { readonly accountNumber: string };

function isOnNetwork(account: LedgerAccountRow): account is OnNetwork {
  return account.status === 'active' && account.accountNumber !== null;
}
