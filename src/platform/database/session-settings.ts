/**
 * The settings that the service's SQL rests on, said on every connection. A role, a database, `postgresql.conf`, `PGOPTIONS`
 * and the URL may each have another default, and every one of them would change what a statement means.
 *
 * They are said with SQL and not as startup parameters, because a pooler such as PgBouncer refuses the parameters it does
 * not know.
 */

/** PostgreSQL's own defaults, and UTC. Settings that only an operator cares about, such as `work_mem`, stay as they are. */
const SESSION_SETTINGS = {
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  // How a statement is read.
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  array_nulls: 'on',
  transform_null_equals: 'off',
  // How names are written, by quote_ident and the like.
  quote_all_identifiers: 'off',
  // What a statement does beside its rows. `replica` would switch off foreign keys and triggers.
  session_replication_role: 'origin',
  row_security: 'on',
  restrict_nonsystem_relation_kind: '',
  exit_on_error: 'off',
  // The service's invariants rest on row locks, and those on this level: transactions.service.ts.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // Each kind of connection has limits of its own, or none.
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
} as const;

/** Names of settings to their values, as `SET` takes them; a time without a unit is in milliseconds. */
export type Settings = Readonly<Record<string, string>>;

/**
 * One statement, one round trip. A setting that this version of PostgreSQL does not know is left out; one that is right
 * already is not touched, so that the right to change it is needed only where it is wrong.
 */
const SET_ALL = `
SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS setting (name, value)
WHERE current_setting(name, true) <> value`;

/** The statement that begins a session, with the settings of this kind of connection on top of everybody's. */
export function beginSession(own: Settings = {}): { text: string; values: [string[], string[]] } {
  const settings: Settings = { ...SESSION_SETTINGS, ...own };
  return { text: SET_ALL, values: [Object.keys(settings), Object.values(settings)] };
}
