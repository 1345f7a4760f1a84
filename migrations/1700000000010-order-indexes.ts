/**
 * The indexes of the orders that `database-time` brought. Beside those of the former orders, by which instances of the
 * version before still read; they go with a later release.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As `sortable` in src/platform/database/instants.ts writes it: an index serves only the expression that it was made of. */
const LAST_USED = `least(greatest(coalesce(last_used_at, 'epoch'::timestamptz), 'epoch'::timestamptz),
    '2255-01-01 00:00:00+00'::timestamptz)`;

const INDEXES: Readonly<Record<string, string>> = {
  audit_events_organization_position:
    'audit_events (organization_id, position DESC, id DESC) WHERE organization_id IS NOT NULL',
  audit_events_user_position: 'audit_events (user_id, position DESC, id DESC) WHERE user_id IS NOT NULL',
  access_tokens_organization_last_use: `access_tokens (organization_id, (${LAST_USED}) DESC, id DESC)
    WHERE organization_id IS NOT NULL`,
  access_tokens_organization_moves: `access_tokens (organization_id, moved_by) WHERE organization_id IS NOT NULL`,
  former_memberships_user_id: 'former_memberships (user_id)',
};

export class OrderIndexes1700000000010 implements MigrationInterface {
  readonly name = 'OrderIndexes1700000000010';
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [name, definition] of Object.entries(INDEXES)) {
      // A run that broke off leaves an index that is not valid.
      await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
      await queryRunner.query(`CREATE INDEX CONCURRENTLY ${name} ON ${definition}`);
    }
  }

  /** TypeORM undoes every migration in a transaction, where nothing can be concurrent. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = '3s'`);
    for (const name of Object.keys(INDEXES)) await queryRunner.query(`DROP INDEX IF EXISTS ${name}`);
  }
}
