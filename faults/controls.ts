/**
 * Positive controls: variants of the service with a deliberate defect. A harness that does not detect them would not
 * detect a real defect either, so its run is void.
 */

export interface Control {
  /** Name of the file in variants/. */
  readonly name: string;
  readonly title: string;
  readonly database: string;
  readonly sql?: string;
  /** Scenarios in each of which the variant must be detected. A short run uses the first only. */
  readonly scenarios: readonly string[];
}

const NOTIFY = `
CREATE FUNCTION notify_authority_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('authority_changed', '');
  RETURN NULL;
END $$;
CREATE TRIGGER authority_changes_notify AFTER INSERT ON authority_changes
  FOR EACH STATEMENT EXECUTE FUNCTION notify_authority_change();
`;

export const controls: readonly Control[] = [
  {
    name: 'ttl-cache',
    title: 'a five-second cache of verdicts, emptied by NOTIFY',
    database: 'control_ttl_cache',
    sql: NOTIFY,
    scenarios: ['fence-frozen'],
  },
  {
    name: 'early-answer',
    title: 'revocations answered before their commit',
    database: 'control_early_answer',
    scenarios: ['none'],
  },
  {
    name: 'open-on-failure',
    title: 'a fence that answers from memory when it fails, and then forgets',
    database: 'control_open_on_failure',
    // Scenarios that end connections before a request arrives are missing: they empty the fact cache before a fence can
    // fail, so this variant behaves correctly there.
    scenarios: ['black-hole', 'reset', 'half-open', 'frozen-connections', 'postgres-frozen'],
  },
  {
    name: 'open-on-timeout',
    title: 'a fence that answers what it last knew when nothing can be confirmed in time',
    database: 'control_open_on_timeout',
    scenarios: ['port-closed', 'black-hole', 'reset', 'half-open', 'fence-black-hole'],
  },
];
