/**
 * The task that keeps the change log short. Any instance may do it. A trigger records how far the log was pruned, by
 * any session. A process whose position is older (it was suspended) then clears its cache.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Transactions } from '../platform/database/transactions.service.js';
import { safeMessageOf } from '../platform/logging/safe-message.js';

const INTERVAL_MS = 60_000;

/**
 * Prunes only changes that every running transaction already sees: a running process has then passed them, however long
 * another transaction stays open. Ten minutes more spare a paused process from starting anew.
 */
const PRUNE = `
DELETE FROM authority_changes
WHERE changed_at < clock_timestamp() - interval '10 minutes' AND xid < pg_snapshot_xmin(pg_current_snapshot())`;

@Injectable()
export class ChangeLogPrunerTask implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ChangeLogPrunerTask.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly transactions: Transactions) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.prune().catch((error: unknown) => {
        this.logger.warn(`The change log is not pruned now: ${safeMessageOf(error)}`);
      });
    }, INTERVAL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Deletes changes that no process can need any more. */
  async prune(): Promise<void> {
    await this.transactions.run((tx) => tx.query(PRUNE));
  }
}
