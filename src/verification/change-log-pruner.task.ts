/**
 * Keeps the change log short. Any instance may do it; a trigger marks how far the log has been removed, by whomever, so
 * that a process whose position is older (it was asleep) notices and forgets everything.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Transactions } from '../platform/database/transactions.service.js';
import { safeMessageOf } from '../platform/logging/safe-message.js';

const INTERVAL_MS = 60_000;

/**
 * Only changes that every running transaction already sees: with those the position of an awake process has passed them,
 * however long another transaction stays open. Ten minutes more spare a process that only paused from starting anew.
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

  /** Removes what nobody can need any more. */
  async prune(): Promise<void> {
    await this.transactions.run((tx) => tx.query(PRUNE));
  }
}
