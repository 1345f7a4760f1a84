/**
 * Looks whether networks still know the accounts that are read. A read waits for it a moment and no longer: a network that
 * is slow or gone neither delays an answer nor fails one, and what it says later counts for the next read. A read that comes
 * after a reset must notice it, so it is answered from a question that began after it came, and never from an earlier one
 * (held by test/unit/ledger-accounts/reconciliation/network-lookups.service.spec.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { LedgerAccountRow } from '../account-row.js';
import { LedgerNetworks } from '../networks/ledger-network.js';
import { ReconciliationService } from './reconciliation.service.js';
import { safeMessageOf } from '../../platform/logging/safe-message.js';

/** How long a read waits. */
const PATIENCE_MS = 300;
/** How long an account is not asked about again when nothing could be found out. */
const UNKNOWN_MS = 2_000;
/** Fewer than the requests' connections, of which the simulated networks use one each. */
const MOST_AT_ONCE = 4;
const MOST_WAITING = 1_000;
const WARNING_PAUSE_MS = 10_000;

@Injectable()
export class NetworkLookups {
  private readonly logger = new Logger(NetworkLookups.name);
  /** By id and number: under a new number an account is another one. Of each, at most one is asked and one is next. */
  private readonly asked = new Map<string, Promise<boolean>>();
  /** Not begun, so whoever comes may share it: many readers of one account cause few questions. */
  private readonly next = new Map<string, Promise<boolean>>();
  private readonly unknown = new LRUCache<string, true>({ max: 20_000, ttl: UNKNOWN_MS });
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private nextWarningAtMs = 0;

  constructor(
    private readonly networks: LedgerNetworks,
    private readonly sightings: ReconciliationService,
  ) {}

  /** Answers whether a row may have changed by what was found, so that it should be read again. */
  async look(accounts: readonly LedgerAccountRow[]): Promise<boolean> {
    const outcomes = await Promise.all(accounts.filter(isOnNetwork).map((account) => this.patiently(account)));
    return outcomes.includes(true);
  }

  private async patiently(account: OnNetwork): Promise<boolean> {
    return Promise.race([this.nextLookUp(account), sleep(PATIENCE_MS, false, { ref: false })]);
  }

  /** Never rejects. */
  private async nextLookUp(account: OnNetwork): Promise<boolean> {
    const key = `${account.id}/${account.accountNumber}`;
    if (this.unknown.has(key)) return false;
    const next = this.next.get(key);
    if (next) return next;
    if (this.next.size >= MOST_WAITING) return false;
    const lookUp = this.takeTurn(key, account);
    this.next.set(key, lookUp);
    return lookUp;
  }

  private async takeTurn(key: string, account: OnNetwork): Promise<boolean> {
    await this.asked.get(key);
    await this.enter();
    this.next.delete(key);
    // The one before has just failed, and the network need not tell so twice.
    const lookUp = this.unknown.has(key) ? Promise.resolve(false) : this.ask(key, account);
    this.asked.set(key, lookUp);
    try {
      return await lookUp;
    } finally {
      this.asked.delete(key);
      this.leave();
    }
  }

  private async ask(key: string, account: OnNetwork): Promise<boolean> {
    try {
      const { network, accountNumber } = account;
      const state = await this.networks.findAccount(network, accountNumber);
      return await this.sightings.note(account, accountNumber, state);
    } catch (error) {
      this.unknown.set(key, true);
      this.warn(account, error);
      return false;
    }
  }

  /** A network that is gone is one piece of news, and not one for each account and reader. */
  private warn({ id, network }: OnNetwork, error: unknown): void {
    if (performance.now() < this.nextWarningAtMs) return;
    this.nextWarningAtMs = performance.now() + WARNING_PAUSE_MS;
    this.logger.warn(`Accounts such as ${id} cannot be looked for on ${network} now: ${safeMessageOf(error)}`);
  }

  private async enter(): Promise<void> {
    if (this.running < MOST_AT_ONCE) this.running += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** A place that somebody waits for is handed over, not freed. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}

type OnNetwork = LedgerAccountRow & { readonly accountNumber: string };

function isOnNetwork(account: LedgerAccountRow): account is OnNetwork {
  return account.status === 'active' && account.accountNumber !== null;
}
