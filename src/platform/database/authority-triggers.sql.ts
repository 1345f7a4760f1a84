/**
 * The query for the guards of authority in the database's catalogs: tables, their triggers, and the functions that the
 * triggers call. Each has its definition in one line. It is one statement and therefore one snapshot.
 */

/** The tables whose rows the fence caches, and the change log that reports their changes. */
export const FENCED_TABLES = [
  'access_tokens',
  'authority_changes',
  'authority_pruning',
  'former_memberships',
  'memberships',
  'organizations',
  'sessions',
  'users',
] as const;

/**
 * SQL for the fingerprint of the guards. It changes when one of these changes:
 * - a table is altered or replaced,
 * - a trigger, a rule or a child table is created or dropped,
 * - a trigger is enabled or disabled,
 * - a function is replaced, or
 * - the schema is renamed.
 *
 * Each leaves another row version in the catalogs. Rules and children are queried directly, because their flags in
 * pg_class outlive the last one. The rows come from the statement's own snapshot, not from a catalog cache.
 */
export function fingerprint(tables: string, functions: string): string {
  const versions = 'SELECT bit_xor(hash_record_extended(ROW(oid, xmin), 0)) FROM pg_catalog';
  const children = 'SELECT bit_xor(hash_record_extended(ROW(inhrelid, xmin), 0)) FROM pg_catalog.pg_inherits';
  return `concat_ws('/', (${versions}.pg_trigger WHERE tgrelid = ANY(${tables}) AND NOT tgisinternal),
    (${versions}.pg_class WHERE oid = ANY(${tables})), (${versions}.pg_proc WHERE oid = ANY(${functions})),
    (${versions}.pg_rewrite WHERE ev_class = ANY(${tables})), (${children} WHERE inhparent = ANY(${tables})),
    (${versions}.pg_namespace WHERE oid IN (SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = ANY(${tables}))))`;
}

/** $1: names of the fenced tables. */
export const GUARDS = `
WITH home AS MATERIALIZED (SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname = pg_catalog.current_schema()),
tables AS MATERIALIZED (
  SELECT c.oid, c.relname, concat_ws(', ', 
      CASE WHEN c.relkind = 'r' AND c.relpersistence = 'p' THEN 'ordinary' ELSE 'of another kind' END,
      CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_rewrite WHERE ev_class = c.oid) THEN 'with rules' END,
      CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = c.oid) THEN 'with children' END,
      CASE WHEN row_security_active(c.oid) THEN 'with row security' END) AS definition
  FROM pg_catalog.pg_class c JOIN home ON c.relnamespace = home.oid WHERE c.relkind IN ('r', 'p')),
triggers AS MATERIALIZED (
  SELECT t.tgrelid, t.tgfoid, tables.relname, t.tgname, concat_ws(' ',
      CASE t.tgenabled WHEN 'A' THEN 'always' WHEN 'O' THEN 'origin' WHEN 'R' THEN 'replica' ELSE 'disabled' END,
      regexp_replace(split_part(pg_get_triggerdef(t.oid), ' ON ', 1), '^CREATE (CONSTRAINT )?TRIGGER \\S+ ', ''),
      CASE WHEN t.tgtype & 1 = 1 THEN 'row' ELSE 'statement' END,
      CASE WHEN t.tgqual IS NOT NULL THEN 'when' END,
      'calls ' || CASE WHEN p.pronamespace = home.oid THEN '' ELSE p.pronamespace::text || '.' END || p.proname) AS definition
  FROM pg_catalog.pg_trigger t JOIN tables ON t.tgrelid = tables.oid JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
    CROSS JOIN home WHERE NOT t.tgisinternal),
functions AS MATERIALIZED (
  SELECT p.oid, format('%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)) AS signature, concat_ws(' ',
      CASE WHEN ARRAY['search_path=' || quote_ident(home.nspname) || ', pg_temp'] = p.proconfig THEN 'pinned'
        ELSE 'not pinned' END, md5(p.prosrc)) AS definition
  FROM pg_catalog.pg_proc p JOIN home ON p.pronamespace = home.oid),
fenced AS (SELECT ARRAY(SELECT oid FROM tables WHERE relname = ANY($1::text[])) AS tables,
  ARRAY(SELECT DISTINCT tgfoid FROM triggers WHERE relname = ANY($1::text[]) ORDER BY 1) AS functions)
SELECT fenced.tables::text AS tables, fenced.functions::text AS functions,
  ${fingerprint('fenced.tables', 'fenced.functions')} AS fingerprint,
  (SELECT json_object_agg(name, definition) FROM (
    SELECT 'table ' || relname AS name, definition FROM tables
    UNION ALL SELECT format('trigger %s.%s', relname, tgname), definition FROM triggers
    UNION ALL SELECT 'function ' || signature, definition FROM functions ORDER BY 1) AS guard) AS guards,
  ARRAY(SELECT name::text FROM migrations) AS migrations
FROM fenced`;
