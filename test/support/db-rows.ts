/** Rows as tests insert them, many in one statement. */
import type { TestApp } from './app.js';

export type NewRow = Readonly<Record<string, unknown>>;

/** Inserts rows that name the same columns; the others have their defaults. A Buffer is a `bytea`. */
export async function dbInsert(app: TestApp, table: string, rows: readonly NewRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  if (columns === '') return;
  await app.db(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`,
    [JSON.stringify(rows.map(asJson))],
  );
}

function asJson(row: NewRow): NewRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value,
    ]),
  );
}
