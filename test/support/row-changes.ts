/** What an act wrote: which rows of authority differ from before, whose they are, and which audit events it left. */
import type { TestApp } from './app.js';

/** Each table that holds somebody's authority, and the column that says whose a row is. */
const OWNED_ROWS = `
  SELECT 'users' AS place, id AS owner, u::text AS content FROM users u
  UNION ALL SELECT 'sessions', user_id, s::text FROM sessions s
  UNION ALL SELECT 'links', user_id, m::text FROM mailed_secrets m
  UNION ALL SELECT 'organizations', id, o::text FROM organizations o
  UNION ALL SELECT 'memberships', organization_id, m::text FROM memberships m
  UNION ALL SELECT 'former memberships', organization_id, f::text FROM former_memberships f
  UNION ALL SELECT 'invitations', organization_id, i::text FROM invitations i
  UNION ALL SELECT 'tokens', coalesce(user_id, organization_id), t::text FROM access_tokens t
  UNION ALL SELECT 'ledger accounts', coalesce(user_id, organization_id), l::text FROM ledger_accounts l`;

const EVENTS = 'SELECT id, action, coalesce(organization_id, user_id) AS owner FROM audit_events';

interface OwnedRow {
  readonly place: string;
  readonly owner: string;
  readonly content: string;
}

export interface Written {
  /** Rows added, removed or changed, such as `{ 'tokens of A': 1 }`. A changed row counts once. */
  readonly rows: Readonly<Record<string, number>>;
  /** Such as `token.revoked of A`, sorted. */
  readonly events: readonly string[];
}

type Names = Readonly<Record<string, string>>;

/** Runs the act and says what it wrote. `names` calls owners by name; an owner of no name is `new`. */
export async function writtenBy(app: TestApp, names: Names, act: () => Promise<unknown>): Promise<Written> {
  const { changes } = await stateOf(app.db);
  await act();
  return changes(app, names);
}

/** What there is, as this query sees it; `changes` then tells what has been written since. */
export async function stateOf(
  query: TestApp['db'],
): Promise<{ changes: (app: TestApp, names: Names) => Promise<Written> }> {
  const before = await query<OwnedRow>(OWNED_ROWS);
  const eventsBefore = new Set((await eventsOf(query)).map(({ id }) => id));
  return { changes: (app, names) => changesSince(app, names, before, eventsBefore) };
}

async function changesSince(
  app: TestApp,
  names: Names,
  before: readonly OwnedRow[],
  eventsBefore: ReadonlySet<string>,
): Promise<Written> {
  const nameOf = (owner: string | null): string => (owner === null ? 'nobody' : (names[owner] ?? 'new'));
  const after = await app.db<OwnedRow>(OWNED_ROWS);
  const events = (await eventsOf(app.db)).filter(({ id }) => !eventsBefore.has(id));
  return {
    rows: changesBetween(before, after, nameOf),
    events: events.map(({ action, owner }) => `${action} of ${nameOf(owner)}`).sort(),
  };
}

function eventsOf(query: TestApp['db']): Promise<{ id: string; action: string; owner: string | null }[]> {
  return query(EVENTS);
}

function changesBetween(
  before: readonly OwnedRow[],
  after: readonly OwnedRow[],
  nameOf: (owner: string) => string,
): Record<string, number> {
  const removed = countBy(missingFrom(after, before), nameOf);
  const added = countBy(missingFrom(before, after), nameOf);
  const places = [...new Set([...removed.keys(), ...added.keys()])].sort();
  return Object.fromEntries(places.map((place) => [place, Math.max(removed.get(place) ?? 0, added.get(place) ?? 0)]));
}

function missingFrom(those: readonly OwnedRow[], rows: readonly OwnedRow[]): OwnedRow[] {
  const known = new Set(those.map(({ place, content }) => place + content));
  return rows.filter(({ place, content }) => !known.has(place + content));
}

function countBy(rows: readonly OwnedRow[], nameOf: (owner: string) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { place, owner } of rows) {
    const key = `${place} of ${nameOf(owner)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
