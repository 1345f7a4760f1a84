/**
 * The background writer of token usage: last uses, and hashes under an old key. It neither delays nor fails a request.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { safeMessageOf } from '../../platform/logging/safe-message.js';
import { LastUseBuffer } from './last-use.buffer.js';
import { StaleHashesBuffer } from './stale-hashes.buffer.js';
import { TokenUsageRepository } from './token-usage.repository.js';

const MAX_ROWS_PER_STATEMENT = 5_000;

@Injectable()
export class TokenUsageWriter implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(TokenUsageWriter.name);
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly lastUse: LastUseBuffer,
    private readonly staleHashes: StaleHashesBuffer,
    private readonly repository: TokenUsageRepository,
    private readonly config: AppConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => void this.tick(), this.config.tokens.lastUsedIntervalMs).unref();
  }

  /** Runs after the last response, while the ORM is still connected. */
  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.round;
    await this.write({ all: true });
  }

  /** Schedules the next round only after this one: rounds never pile up behind a slow database. */
  private async tick(): Promise<void> {
    this.round = this.write();
    await this.round;
    this.timer &&= setTimeout(() => void this.tick(), this.config.tokens.lastUsedIntervalMs).unref();
  }

  private async write({ all = false } = {}): Promise<void> {
    try {
      for (const uses of chunks(this.lastUse.due({ all }))) {
        this.lastUse.settle(await this.repository.writeUses(uses));
      }
      for (const stale of chunks(this.staleHashes.take())) await this.repository.replaceHashes(stale);
    } catch (error) {
      this.logger.warn(`Last uses could not be written and are kept: ${safeMessageOf(error)}`);
    }
  }
}

function chunks<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / MAX_ROWS_PER_STATEMENT);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * MAX_ROWS_PER_STATEMENT, (index + 1) * MAX_ROWS_PER_STATEMENT),
  );
}
