/**
 * The positive controls: variants of the service that are wrong on purpose. A harness that does not convict them would not
 * notice a fault of the real one either, so its run is void.
 */

export interface Control {
  /** Of its file in variants/. */
  readonly name: string;
  readonly title: string;
  readonly database: string;
  readonly sql?: string;
  /** The cells in each of which it has to be convicted. A short run tries the first alone. */
  readonly cells: readonly string[];
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
    cells: ['fence-frozen'],
  },
  {
    name: 'early-answer',
    title: 'revocations answered before their commit',
    database: 'control_early_answer',
    cells: ['none'],
  },
  {
    name: 'open-on-failure',
    title: 'a fence that answers from memory when it fails, and then forgets',
    database: 'control_open_on_failure',
    // Where connections end before a request comes, memory is empty before a fence can fail: it does nothing wrong there.
    cells: ['black-hole', 'reset', 'half-open', 'frozen-connections', 'postgres-frozen'],
  },
  {
    name: 'open-on-timeout',
    title: 'a fence that answers what it last knew when nothing can be confirmed in time',
    database: 'control_open_on_timeout',
    cells: ['port-closed', 'black-hole', 'reset', 'half-open', 'fence-black-hole'],
  },
];
