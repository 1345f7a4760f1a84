/**
 * Shows private keys to readers who may see them, and records it. After a leak the audit trail has to name everybody
 * who has seen the key. A polling client gets the same key repeatedly, so one event covers one hour of one caller and
 * account.
 */
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { actorOf } from '../../audit/actor.js';
import { Transactions } from '../../platform/database/transactions.service.js';
import type { AccountReader } from '../account-reader.js';
import type { LedgerAccountRow } from '../account-row.js';
import { AccountsAudit } from '../accounts-audit.service.js';
import { KeyVault } from './key-vault.service.js';
import { SealedKeysRepository } from './sealed-keys.repository.js';

const EVENT_INTERVAL_SECONDS = 3_600;

/** Account with its private key; `null` for readers who may not see it. */
export interface ShownAccount {
  readonly account: LedgerAccountRow;
  readonly privateKey: string | null;
}

@Injectable()
export class PrivateKeyAccess {
  /**
   * Cache of this process: recorded events, so that polling causes no writes. The table knows the events of all
   * processes.
   */
  private readonly recorded = new LRUCache<string, true>({ max: 50_000, ttl: (EVENT_INTERVAL_SECONDS * 1_000) / 2 });

  constructor(
    private readonly vault: KeyVault,
    private readonly keys: SealedKeysRepository,
    private readonly audit: AccountsAudit,
    private readonly transactions: Transactions,
  ) {}

  /** Commits the event before a private key is returned; if the event fails, no key is returned. */
  async show(reader: AccountReader, accounts: readonly LedgerAccountRow[]): Promise<ShownAccount[]> {
    if (!reader.mayReveal) return accounts.map((account) => ({ account, privateKey: null }));
    await this.record(reader, accounts);
    return accounts.map((account) => ({ account, privateKey: this.vault.open(account) }));
  }

  private async record({ owner, caller }: AccountReader, accounts: readonly LedgerAccountRow[]): Promise<void> {
    const actorId = actorOf(caller.principal).id ?? '';
    const news = accounts.filter(({ id }) => !this.recorded.has(`${actorId}/${id}`));
    if (news.length === 0) return;
    await this.transactions.run(async (tx) => {
      const ids = news.map(({ id }) => id);
      const revealed = new Set(await this.keys.recordReveals(tx, actorId, ids, EVENT_INTERVAL_SECONDS));
      for (const account of news.filter(({ id }) => revealed.has(id))) {
        await this.audit.record(tx, owner, caller, { action: 'ledger_account.revealed', account });
      }
    });
    for (const { id } of news) this.recorded.set(`${actorId}/${id}`, true);
  }
}
