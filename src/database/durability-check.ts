/**
 * Refuses to start where a commit is acknowledged before it is on disk: a crash right after a revocation's 204 would then
 * bring the token back to life. Everything stronger than `on`, such as `remote_apply`, is the operator's choice.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppConfig } from '../../config/app-config.js';

@Injectable()
export class DurabilityCheck implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AppConfig,
  ) {}

  /** Tests have nothing to lose in a power cut, and much time. */
  async onModuleInit(): Promise<void> {
    if (this.config.environment === 'test') return;
    const weak = await this.dataSource.query<{ name: string }[]>(
      `SELECT name FROM pg_settings WHERE name IN ('synchronous_commit', 'fsync') AND setting = 'off'`,
    );
    if (weak.length === 0) return;
    const names = weak.map(({ name }) => name).join(' and ');
    throw new Error(`PostgreSQL runs with ${names} off for this role: a crash could undo an acknowledged revocation.`);
  }
}
