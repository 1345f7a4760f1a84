/**
 * Refuses to start on a database whose triggers are not as the migrations made them, and tells readiness of it later. It
 * looks from a connection of the pool; the fence looks for itself (fence-connection.ts).
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { faultsOf, GUARDS_QUERY, lacksMigrations, type GuardsRow } from './authority-triggers.js';

@Injectable()
export class AuthorityTriggersCheck implements OnModuleInit {
  constructor(private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    const faults = await this.faults();
    if (faults.length > 0) throw new Error(`What keeps authority in the database is broken: ${faults.join('; ')}.`);
  }

  /** What is missing, disabled or replaced, in words for the operator. Nothing is, before this release's migrations. */
  async faults(): Promise<string[]> {
    const [row] = await this.dataSource.query<GuardsRow[]>(GUARDS_QUERY.text, GUARDS_QUERY.values);
    return row && !lacksMigrations(row) ? faultsOf(row).map(({ text }) => text) : [];
  }
}
