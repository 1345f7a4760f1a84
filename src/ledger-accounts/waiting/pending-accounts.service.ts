/** Tells whoever waits when an account is ready. However many wait, one small question goes to the database at a time. */
import { Injectable } from '@nestjs/common';
import { AccountWorkRepository } from '../provisioning/account-work.repository.js';

const INTERVAL_MS = 50;

@Injectable()
export class PendingAccounts {
  private readonly waiting = new Map<string, Set<() => void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly work: AccountWorkRepository) {}

  /** Resolves when the account waits for its network no longer, when it is gone, or when nobody waits for that any more. */
  async untilReady(accountId: string, given: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const waiters = this.waiting.get(accountId) ?? new Set();
      this.waiting.set(accountId, waiters.add(resolve));
      given.addEventListener('abort', () => this.leave(accountId, resolve), { once: true });
      this.timer ??= setTimeout(() => void this.tick(), INTERVAL_MS).unref();
    });
  }

  /** The next question is planned when this one is answered. A database that fails to answer is asked again. */
  private async tick(): Promise<void> {
    const asked = [...this.waiting.keys()];
    const pending = await this.work.listWaiting(asked).catch(() => asked);
    const stillPending = new Set(pending);
    for (const accountId of asked.filter((id) => !stillPending.has(id))) {
      for (const resolve of this.waiting.get(accountId) ?? []) resolve();
      this.waiting.delete(accountId);
    }
    this.timer = this.waiting.size > 0 ? setTimeout(() => void this.tick(), INTERVAL_MS).unref() : undefined;
  }

  private leave(accountId: string, resolve: () => void): void {
    const waiters = this.waiting.get(accountId);
    waiters?.delete(resolve);
    if (waiters?.size === 0) this.waiting.delete(accountId);
    resolve();
  }
}
