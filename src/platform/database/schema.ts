/**
 * The schema of the tables, pinned on each connection when it is opened. A search path may lead past the tables: to a
 * schema created later, such as the role's own, or to a temporary table.
 */
import type pg from 'pg';

/**
 * Sets the connection's search path to the schema of the installed tables, temporary ones last. Without an installation
 * it is the schema in which a migration would create them. Raises SQLSTATE 3F000 (invalid_schema_name) where the search
 * path leads to two installations. It is one statement and must run outside of a transaction.
 */
const PIN_SCHEMA = `
DO $pin$
DECLARE
  homes text[] := ARRAY(
    SELECT place.name::text FROM unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS place (name, nth)
    WHERE 3 = (
      SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = place.name AND c.relkind = 'r' AND c.relname IN ('access_tokens', 'users', 'migrations'))
    ORDER BY place.nth);
BEGIN
  IF cardinality(homes) > 1 THEN
    RAISE EXCEPTION 'The search_path leads to Latchkey''s tables in several schemas: %. Let it name one of them.',
      pg_catalog.array_to_string(homes, ', ') USING ERRCODE = 'invalid_schema_name',
      HINT = 'DATABASE_URL takes ?options=-csearch_path%3D<schema>; so does ALTER ROLE ... SET search_path';
  END IF;
  IF cardinality(homes) = 0 THEN
    homes := ARRAY[pg_catalog.current_schema()::text];
  END IF;
  -- Where there is no schema, nothing is to be found, and migration-rights.ts says so.
  IF homes[1] IS NOT NULL THEN
    PERFORM pg_catalog.set_config('search_path', pg_catalog.quote_ident(homes[1]) || ', pg_temp', false);
  END IF;
END $pin$`;

/** Pins the schema. Must be awaited before any other query on the connection. */
export async function pinSchema(client: pg.ClientBase): Promise<void> {
  await client.query(PIN_SCHEMA);
}
