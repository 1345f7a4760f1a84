/** What the database knows of its own schema. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';

@Injectable()
export class AppliedMigrations {
  constructor(private readonly dataSource: DataSource) {}

  /** Migrations of this release that the database lacks. Those of a newer release do no harm to this one. */
  async missing(): Promise<string[]> {
    const rows: { name: string }[] = await this.dataSource.query('SELECT name FROM migrations');
    const applied = new Set(rows.map(({ name }) => name));
    return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
  }
}
