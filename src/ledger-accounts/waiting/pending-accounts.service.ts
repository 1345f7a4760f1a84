/**
 * Notifies long polls when their account is ready. One query for all accounts runs at a time, however many requests
 * wait.
 */
import { Injectable } from '@nestjs/common';
import { AccountWorkRepository } from '../provisioning/account-work.repository.js';

const QUERY_INTERVAL_MS = 50;

@Injectable()
export class PendingAccounts {
  private readonly waiting = new Map<string, Set<() => void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly work: AccountWorkRepository) {}

  /** Resolves when the account is no longer pending, when it was deleted, or when `given` is aborted. */
  async untilReady(accountId: string, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const waiters = this.waiting.get(accountId) ?? new Set();
      this.waiting.set(accountId, waiters.add(resolve));
      signal.addEventListener('abort', () => this.leave(accountId, resolve), { once: true });
      this.timer ??= setTimeout(() => void this.query(), QUERY_INTERVAL_MS).unref();
    });
  }

  /** Schedules the next query after this one. When the database fails, the query is repeated. */
  private async query(): Promise<void> {
    const asked = [...this.waiting.keys()];
    const pending = await this.work.listWaiting(asked).catch(() => asked);
    const stillPending = new Set(pending);
    for (const accountId of asked.filter((id) => !stillPending.has(id))) {
      for (const resolve of this.waiting.get(accountId) ?? []) resolve();
      this.waiting.delete(accountId);
    }
    this.timer = this.waiting.size > 0 ? setTimeout(() => void this.query(), QUERY_INTERVAL_MS).unref() : undefined;
  }

  private leave(accountId: string, resolve: () => void): void {
    const waiters = this.waiting.get(accountId);
    waiters?.delete(resolve);
    if (waiters?.size === 0) this.waiting.delete(accountId);
    resolve();
  }
}
