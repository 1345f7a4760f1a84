/**
 * Row changes of an act: the rows and columns that differ from before, their owners, and the audit events. All tables
 * are compared byte for byte; a table that is named in neither list fails.
 */
import type { TestApp } from './app.js';
import { until } from './until.js';

interface HeldTable {
  /** Name of a row. */
  readonly row: string;
  /** Owner of a row, as SQL. */
  readonly owner: string;
}

const ofAccount =
  '(SELECT coalesce(a.user_id, a.organization_id)::text FROM ledger_accounts a WHERE a.id = t.account_id)';
const ofOwner = 'coalesce(t.user_id, t.organization_id)::text';

export const HELD_TABLES: Readonly<Record<string, HeldTable>> = {
  users: { row: 'user', owner: 't.id::text' },
  account_names: { row: 'name', owner: ofOwner },
  sessions: { row: 'session', owner: 't.user_id::text' },
  known_sources: { row: 'known source', owner: 't.user_id::text' },
  mailed_secrets: { row: 'link', owner: 't.user_id::text' },
  organizations: { row: 'organization', owner: 't.id::text' },
  memberships: { row: 'membership', owner: 't.organization_id::text' },
  former_memberships: { row: 'former membership', owner: 't.organization_id::text' },
  invitations: { row: 'invitation', owner: 't.organization_id::text' },
  access_tokens: { row: 'token', owner: ofOwner },
  token_hash_keys: { row: 'hash key', owner: 'NULL' },
  ledger_accounts: { row: 'account', owner: ofOwner },
  ledger_account_numbers: { row: 'account number', owner: ofAccount },
  ledger_account_reveals: { row: 'reveal', owner: ofAccount },
  ledger_transactions: { row: 'transaction', owner: ofAccount },
  simulated_ledger_accounts: { row: 'simulated account', owner: 'NULL' },
  simulated_ledger_transactions: { row: 'simulated transaction', owner: 'NULL' },
  rate_limits: { row: 'count', owner: 'NULL' },
};

/** Tables that are compared elsewhere, and where. */
export const OTHER_TABLES: Readonly<Record<string, string>> = {
  audit_events: 'below; no row of it can change (audit-append-only.spec.ts)',
  authority_changes: 'written by triggers; which transactions wrote to it is compared with the events',
  authority_pruning: 'the mark of the change log (change-log-pruning.spec.ts)',
  migrations: 'written at start',
};

interface Row {
  readonly place: string;
  readonly key: string;
  readonly owner: string | null;
  readonly xid: string;
  readonly content: Readonly<Record<string, unknown>>;
}

interface EventRow {
  readonly id: string;
  readonly action: string;
  readonly owner: string | null;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly target_kind: string | null;
  readonly target_id: string | null;
  readonly target_name: string | null;
  readonly request_id: string | null;
  readonly xid: string;
}

export interface Written {
  /**
   * Entries such as `~ token first of A: revoked_at, revoked_by`, `+ session of caller` or `- link second of caller`,
   * sorted.
   */
  readonly rows: readonly string[];
  /**
   * Entries such as `token.revoked of A by caller on token first`, sorted. Without a request they end in `, unasked`.
   */
  readonly events: readonly string[];
  /** Entries such as `Your password was changed to caller`, sorted. */
  readonly mails: readonly string[];
  /** Rows, or other authority, written by a transaction without an event; events of a transaction without a row. */
  readonly apart: readonly string[];
}

/** Events of refusals, which change nothing. */
const REFUSALS = ['permission.refused', 'session.sign_in_failed', 'user.registration_refused'];

type Names = Readonly<Record<string, string>>;

/** Runs the act, lets its jobs end, and returns its changes. `names` maps ids to names; an id without a name is new. */
export async function writtenBy(app: TestApp, names: Names, act: () => Promise<unknown>): Promise<Written> {
  const { changes } = await stateOf(app);
  await act();
  await jobsDone(app);
  return changes(names);
}

/** State that this query sees, which may be inside a transaction; `changes` returns the difference since then. */
export async function stateOf(
  app: TestApp,
  query: TestApp['db'] = app.db.bind(app),
): Promise<{ changes: (names: Names) => Promise<Written> }> {
  const before: State = {
    rows: await dbRows(query),
    changed: await dbChangedXids(query),
    lastEvent: (await dbEvents(query, null))[0]?.id ?? null,
    mails: new Set(await app.mails.ids()),
  };
  return { changes: (names) => changesSince(app, names, before) };
}

interface State {
  readonly rows: readonly Row[];
  readonly changed: readonly string[];
  readonly lastEvent: string | null;
  readonly mails: ReadonlySet<string>;
}

async function changesSince(app: TestApp, names: Names, before: State): Promise<Written> {
  const query = app.db.bind(app);
  const events = await dbEvents(query, before.lastEvent);
  const told = new Set(events.map(({ xid }) => xid));
  const changes = changesBetween(before.rows, await dbRows(query), names);
  const changed = (await dbChangedXids(query)).filter((xid) => !before.changed.includes(xid));
  const writing = new Set([...changed, ...changes.map(({ xid }) => xid)]);
  const mails = await app.mails.read((await app.mails.ids()).filter((id) => !before.mails.has(id)));
  return {
    rows: changes.map(({ line }) => line).sort(),
    events: events.map((event) => eventLine(event, names)).sort(),
    mails: mails.map(({ subject, to }) => `${subject} to ${names[to] ?? to}`).sort(),
    apart: [
      ...changes.filter(({ xid }) => xid !== null && !told.has(xid)).map(({ line }) => line),
      ...changed.filter((xid) => !told.has(xid)).map(() => 'authority'),
      ...events
        .filter(({ action, xid }) => !REFUSALS.includes(action) && !writing.has(xid))
        .map(({ action }) => action),
    ].sort(),
  };
}

/** Returns every table of the service, and the queue's jobs. */
export async function dbTables(app: TestApp): Promise<string[]> {
  const rows = await app.db<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace`,
  );
  return rows.map(({ name }) => name).sort();
}

/** Waits until every job is executed or postponed. */
async function jobsDone(app: TestApp): Promise<void> {
  const DUE = 'SELECT FROM graphile_worker._private_jobs WHERE run_at <= clock_timestamp() AND attempts < max_attempts';
  await until(async () => (await app.db(DUE)).length === 0);
}

let statement: string | undefined;

async function dbRows(query: TestApp['db']): Promise<Row[]> {
  statement ??= await selectOfAllTables(query);
  return query<Row>(statement);
}

async function selectOfAllTables(query: TestApp['db']): Promise<string> {
  const keys = await query<{ name: string; columns: string[] }>(
    `SELECT i.indrelid::regclass::text AS name, array_agg(a.attname::text ORDER BY a.attname = 'organization_id' DESC,
      a.attname = 'network' DESC, a.attname = 'user_id' DESC, a.attname) AS columns
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indisprimary GROUP BY 1`,
  );
  const keyOf = new Map(keys.map(({ name, columns }) => [name, columns.map((column) => `t.${column}::text`)]));
  const selects = Object.entries(HELD_TABLES).map(
    ([table, { row, owner }]) =>
      `SELECT '${row}' AS place, concat_ws(' ', ${keyOf.get(table)?.join(', ') ?? ''}) AS key, ${owner} AS owner,
      t.xmin::text AS xid, to_jsonb(t) AS content FROM ${table} t`,
  );
  return selects.join(' UNION ALL ');
}

/** Returns the transactions that the change log knows, in the form of a row's `xmin`. */
async function dbChangedXids(query: TestApp['db']): Promise<string[]> {
  const rows = await query<{ xid: string }>('SELECT DISTINCT xid::xid::text AS xid FROM authority_changes');
  return rows.map(({ xid }) => xid);
}

/** Returns the events since this one; without it, the last one. */
async function dbEvents(query: TestApp['db'], since: string | null): Promise<EventRow[]> {
  return query<EventRow>(
    `SELECT id, action, coalesce(organization_id, user_id) AS owner, actor_kind, actor_id, target_kind, target_id,
      target_name, request_id, xmin::text AS xid
    FROM audit_events WHERE $1::uuid IS NULL OR position > (SELECT position FROM audit_events WHERE id = $1)
    ORDER BY position DESC LIMIT CASE WHEN $1::uuid IS NULL THEN 1 ELSE 1000 END`,
    [since],
  );
}

interface Change {
  readonly line: string;
  /** `null` for a row that is gone. */
  readonly xid: string | null;
}

function changesBetween(before: readonly Row[], after: readonly Row[], names: Names): Change[] {
  const [former, present] = [byKey(before), byKey(after)];
  const all = [...new Map([...former, ...present]).keys()];
  return all.flatMap((key) => {
    const [was, is] = [former.get(key), present.get(key)];
    const columns = was && is ? columnsBetween(was, is) : [];
    const row = is ?? was;
    if (!row || (was && is && columns.length === 0) || isCountOfCaller(row, names)) return [];
    const sign = was && is ? '~' : is ? '+' : '-';
    const line = `${sign} ${titleOf(row, names)}${columns.length > 0 ? `: ${columns.join(', ')}` : ''}`;
    return [{ line, xid: is?.xid ?? null }];
  });
}

/** Each call is counted for its caller; no other counter may change. */
function isCountOfCaller({ place, key }: Row, names: Names): boolean {
  return place === 'count' && names[key] === undefined;
}

function byKey(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [`${row.place} ${row.key}`, row]));
}

function columnsBetween({ content: was }: Row, { content: is }: Row): string[] {
  const columns = Object.keys({ ...was, ...is });
  return columns.filter((column) => JSON.stringify(was[column]) !== JSON.stringify(is[column])).sort();
}

function titleOf({ place, key, owner }: Row, names: Names): string {
  const name = names[key];
  // A person and an organization are their own owners.
  const label = name === undefined || owner === key ? '' : ` ${name}`;
  return `${place}${label}${owner === null ? '' : ` of ${names[owner] ?? 'new'}`}`;
}

function eventLine(event: EventRow, names: Names): string {
  const { action, owner, actor_kind, actor_id, target_kind, target_id, target_name, request_id } = event;
  const actor =
    actor_id === null ? actor_kind : `${actor_kind === 'user' ? '' : `${actor_kind} `}${names[actor_id] ?? 'new'}`;
  const target = target_id === null ? (target_kind === 'route' ? target_name : 'none') : (names[target_id] ?? 'new');
  const place = owner === null ? 'nobody' : (names[owner] ?? 'new');
  return `${action} of ${place} by ${actor} on ${target_kind} ${target}${request_id === null ? ', unasked' : ''}`;
}
