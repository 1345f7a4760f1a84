/**
 * Whether this instance can serve: the database answers within a second, has every migration of this release, and what
 * keeps authority there is as the migrations made it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppliedMigrations } from '../platform/database/applied-migrations.service.js';
import { AuthorityTriggersCheck } from '../platform/database/authority-triggers.check.js';
import { AppError } from '../platform/errors/app-error.js';

const PATIENCE_MS = 1_000;

@Injectable()
export class ReadinessCheck {
  /** At most one question is open, or strangers who ask often while the database hangs would use up its connections. */
  private question: Promise<string[]> | undefined;

  constructor(
    private readonly migrations: AppliedMigrations,
    private readonly guards: AuthorityTriggersCheck,
  ) {}

  /** Throws `unavailable`, whose reason only the log learns. */
  async check(): Promise<void> {
    const reasons = await this.reasons().catch((cause: unknown) => {
      throw new AppError('unavailable', { internal: 'not ready: the database does not answer', cause });
    });
    if (reasons.length > 0) throw new AppError('unavailable', { internal: `not ready: ${reasons.join('; ')}` });
  }

  private async reasons(): Promise<string[]> {
    this.question ??= this.ask().finally(() => (this.question = undefined));
    const answered = new AbortController();
    const tooLate = sleep(PATIENCE_MS, undefined, { signal: answered.signal }).then(() => {
      throw new Error(`no answer within ${String(PATIENCE_MS)} ms`);
    });
    try {
      return await Promise.race([this.question, tooLate]);
    } finally {
      tooLate.catch(() => undefined);
      answered.abort();
    }
  }

  private async ask(): Promise<string[]> {
    const missing = await this.migrations.missing();
    return missing.length > 0 ? [`lacks ${missing.join(', ')}`] : this.guards.faults();
  }
}
