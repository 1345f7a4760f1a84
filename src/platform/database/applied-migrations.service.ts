/** The migrations that the database has applied. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';

@Injectable()
export class AppliedMigrations {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Returns migrations of this release that the database lacks. Migrations of a newer release do not harm this release.
   */
  async missing(): Promise<string[]> {
    const rows: { name: string }[] = await this.dataSource.query('SELECT name FROM migrations');
    const applied = new Set(rows.map(({ name }) => name));
    return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
  }
}
