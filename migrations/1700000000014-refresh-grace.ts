/**
 * Refresh grace: the successor of the last used refresh token, sealed under that token, so that a slow tab is answered with
 * the same one. See docs/decisions/0023-refresh-grace.md.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whatever ends a session erases the sealed bytes: the service, the triggers of other tables, an operator, replication.
 * The length is that of refresh-successor-seal.ts: nonce 12, tag 16, secret 43.
 */
const UP = `
SET LOCAL lock_timeout = '3s';
ALTER TABLE sessions ADD COLUMN sealed_successor bytea
  CONSTRAINT sessions_sealed_successor_length CHECK (octet_length(sealed_successor) = 71);

CREATE FUNCTION erase_sealed_successor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sealed_successor := NULL;
  RETURN NEW;
END $$;
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION erase_sealed_successor() SET search_path = %I, pg_temp', current_schema());
END $$;
CREATE TRIGGER sessions_successor_erased BEFORE INSERT OR UPDATE ON sessions FOR EACH ROW
  WHEN (NEW.revoked_at IS NOT NULL AND NEW.sealed_successor IS NOT NULL) EXECUTE FUNCTION erase_sealed_successor();
ALTER TABLE sessions ENABLE ALWAYS TRIGGER sessions_successor_erased;
`;

const DOWN = `
SET LOCAL lock_timeout = '3s';
DROP TRIGGER sessions_successor_erased ON sessions;
DROP FUNCTION erase_sealed_successor();
ALTER TABLE sessions DROP COLUMN sealed_successor;
`;

export class RefreshGrace1700000000014 implements MigrationInterface {
  readonly name = 'RefreshGrace1700000000014';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
