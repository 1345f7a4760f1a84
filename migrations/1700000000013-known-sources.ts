/**
 * Known sources: from where an account was signed in to, or its password was set by mail. They were read off the sessions
 * until now; a table of their own is bounded for each user, and takes a source that opened no session.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A source is spelled as `sourceOf` in src/platform/rate-limits/network-source.ts spells it: an IPv4 address, or an IPv6 /64. */
const UP = `
SET LOCAL lock_timeout = '3s';
CREATE TABLE known_sources (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  source text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, source)
);
INSERT INTO known_sources (user_id, source, seen_at)
  SELECT user_id, CASE family(ip) WHEN 4 THEN host(ip) ELSE text(network(set_masklen(ip, 64))) END, max(created_at)
  FROM sessions WHERE ip IS NOT NULL AND created_at > clock_timestamp() - interval '90 days' GROUP BY 1, 2;
`;

const DOWN = `
SET LOCAL lock_timeout = '3s';
DROP TABLE known_sources;
`;

export class KnownSources1700000000013 implements MigrationInterface {
  readonly name = 'KnownSources1700000000013';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
