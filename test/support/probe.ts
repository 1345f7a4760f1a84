/** Probe of the database's triggers: a statement, and its expected effect. */

export interface Probe {
  readonly name: string;
  /** Triggers as `table.trigger`. */
  readonly triggers: readonly string[];
  readonly sql: string;
  /** Expected effect: a refusal, the changes then in the log, or a condition that holds then. */
  readonly then: 'refused' | { readonly logged: readonly string[] } | { readonly holds: string };
}

export const refused = (triggers: readonly string[], name: string, sql: string): Probe => ({
  name,
  triggers,
  sql,
  then: 'refused',
});
export const holds = (trigger: string, name: string, sql: string, condition: string): Probe => ({
  name,
  triggers: [trigger],
  sql,
  then: { holds: condition },
});
export const logged = (trigger: string, sql: string, ...changes: string[]): Probe => ({
  name: sql,
  triggers: [trigger],
  sql,
  then: { logged: changes },
});

/** Acts like a worker of logical replication until the transaction ends. */
export const REPLICA = 'SET LOCAL session_replication_role = replica;';
