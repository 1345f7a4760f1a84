/**
 * Looks whether networks still know the accounts that are read. A read waits for it a moment and no longer: a network that
 * is slow or gone neither delays an answer nor fails one, and what it says later counts for the next read. Many readers of
 * one account cause one question in a few seconds.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { LedgerAccountRow } from './account-row.js';
import { LedgerNetworks } from './networks/ledger-network.js';
import { Sightings } from './sightings.js';

/** How long a read waits, from when the question was asked. */
const PATIENCE_MS = 300;
/** How long what was found, or that nothing was found out, is not asked again. */
const FRESH_MS = 2_000;
/** Fewer than the requests' connections, of which the simulated networks use one each. */
const MOST_AT_ONCE = 4;
const MOST_WAITING = 1_000;
const WARNING_PAUSE_MS = 10_000;

interface LookUp {
  readonly askedAtMs: number;
  /** Whether something changed by it; never rejects. */
  readonly outcome: Promise<boolean>;
}

@Injectable()
export class LookUps {
  private readonly logger = new Logger(LookUps.name);
  /** By id and number: under a new number an account is another one. */
  private readonly recent = new LRUCache<string, LookUp>({ max: 20_000, ttl: FRESH_MS });
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private nextWarningAtMs = 0;

  constructor(
    private readonly networks: LedgerNetworks,
    private readonly sightings: Sightings,
  ) {}

  /** Answers whether a row may have changed by what was found, so that it should be read again. */
  async look(accounts: readonly LedgerAccountRow[]): Promise<boolean> {
    const outcomes = await Promise.all(accounts.filter(isOnNetwork).map((account) => this.patiently(account)));
    return outcomes.includes(true);
  }

  private async patiently(account: OnNetwork): Promise<boolean> {
    const { askedAtMs, outcome } = this.lookUpOf(account);
    const patience = askedAtMs + PATIENCE_MS - performance.now();
    // Also when time is up: an outcome that is there already is taken along.
    return Promise.race([outcome, sleep(Math.max(0, patience), false, { ref: false })]);
  }

  private lookUpOf(account: OnNetwork): LookUp {
    const key = `${account.id}/${account.accountNumber}`;
    const known = this.recent.get(key);
    if (known) return known;
    const lookUp = { askedAtMs: performance.now(), outcome: this.ask(account) };
    this.recent.set(key, lookUp);
    return lookUp;
  }

  private async ask(account: OnNetwork): Promise<boolean> {
    if (this.waiting.length >= MOST_WAITING) return false;
    await this.enter();
    try {
      const { network, accountNumber } = account;
      const state = await this.networks.findAccount(network, accountNumber);
      return await this.sightings.note(account, accountNumber, state);
    } catch (error) {
      this.warn(account, error);
      return false;
    } finally {
      this.leave();
    }
  }

  /** A network that is gone is one piece of news, and not one for each account and reader. */
  private warn({ id, network }: OnNetwork, error: unknown): void {
    if (performance.now() < this.nextWarningAtMs) return;
    this.nextWarningAtMs = performance.now() + WARNING_PAUSE_MS;
    this.logger.warn(`Accounts such as ${id} cannot be looked for on ${network} now: ${(error as Error).message}`);
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
