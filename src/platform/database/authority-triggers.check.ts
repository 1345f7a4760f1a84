/**
 * The start-up and readiness check that the database's triggers are as the migrations made them. It uses a connection
 * of the pool; the fence checks on its own connection (`verification/fence-connection.ts`).
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

  /**
   * Returns missing, disabled or replaced triggers, in words for the operator; none before this release's migrations
   * are applied.
   */
  async faults(): Promise<string[]> {
    const [row] = await this.dataSource.query<GuardsRow[]>(GUARDS_QUERY.text, GUARDS_QUERY.values);
    return row && !lacksMigrations(row) ? faultsOf(row).map(({ text }) => text) : [];
  }
}
