/**
 * Readiness of this instance: the database responds within a second, has every migration of this release, and its
 * authority triggers are in place.
 */
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppliedMigrations } from '../platform/database/applied-migrations.service.js';
import { AuthorityTriggersCheck } from '../platform/database/authority-triggers.check.js';
import { AppError } from '../platform/errors/app-error.js';

const DATABASE_TIMEOUT_MS = 1_000;

@Injectable()
export class ReadinessCheck {
  /**
   * At most one check is pending: frequent requests during a database outage would otherwise use up its connections.
   */
  private pendingCheck: Promise<string[]> | undefined;

  constructor(
    private readonly migrations: AppliedMigrations,
    private readonly guards: AuthorityTriggersCheck,
  ) {}

  /** Throws `unavailable`; the reason appears in the log only. */
  async check(): Promise<void> {
    const reasons = await this.reasons().catch((cause: unknown) => {
      throw new AppError('unavailable', { internal: 'not ready: the database does not answer', cause });
    });
    if (reasons.length > 0) throw new AppError('unavailable', { internal: `not ready: ${reasons.join('; ')}` });
  }

  private async reasons(): Promise<string[]> {
    this.pendingCheck ??= this.findFaults().finally(() => (this.pendingCheck = undefined));
    const settled = new AbortController();
    const timeout = sleep(DATABASE_TIMEOUT_MS, undefined, { signal: settled.signal }).then(() => {
      throw new Error(`no answer within ${String(DATABASE_TIMEOUT_MS)} ms`);
    });
    try {
      return await Promise.race([this.pendingCheck, timeout]);
    } finally {
      timeout.catch(() => undefined);
      settled.abort();
    }
  }

  private async findFaults(): Promise<string[]> {
    const missing = await this.migrations.missing();
    return missing.length > 0 ? [`lacks ${missing.join(', ')}`] : this.guards.faults();
  }
}
