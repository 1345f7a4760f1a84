/**
 * The settings that the service's SQL relies on, set on every connection. A role, a database, `postgresql.conf`,
 * `PGOPTIONS` and the URL may each have another default, and each would change the meaning of a statement.
 *
 * They are set with SQL and not as startup parameters, because a pooler such as PgBouncer refuses unknown parameters.
 */

/**
 * PostgreSQL's own defaults, and UTC. Settings that only concern the operator, such as `work_mem`, stay as they are.
 */
const SESSION_SETTINGS = {
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  // Parsing of statements.
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  array_nulls: 'on',
  transform_null_equals: 'off',
  // Writing of names, by quote_ident and the like.
  quote_all_identifiers: 'off',
  // Side effects of statements. `replica` would disable foreign keys and triggers.
  session_replication_role: 'origin',
  row_security: 'on',
  restrict_nonsystem_relation_kind: '',
  exit_on_error: 'off',
  // The service's invariants rely on row locks at this isolation level: transactions.service.ts.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // Each kind of connection has its own timeouts, or none.
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
} as const;

/** Values of settings by name, as `SET` takes them; a time without a unit is in milliseconds. */
export type Settings = Readonly<Record<string, string>>;

/**
 * One statement, one round trip. A setting unknown to this version of PostgreSQL is skipped. A correct setting is not
 * set again, so the right to change it is needed only where it is wrong.
 */
const SET_ALL = `
SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS setting (name, value)
WHERE current_setting(name, true) <> value`;

/** Returns the statement that begins a session: the common settings, overridden by those of this kind of connection. */
export function beginSession(own: Settings = {}): { text: string; values: [string[], string[]] } {
  const settings: Settings = { ...SESSION_SETTINGS, ...own };
  return { text: SET_ALL, values: [Object.keys(settings), Object.values(settings)] };
}
