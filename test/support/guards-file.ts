/** Content of src/platform/database/authority-triggers.generated.ts: the triggers of a newly migrated database. */
import pg from 'pg';
import { GUARDS_QUERY, type GuardsRow } from '../../src/platform/database/authority-triggers.js';
import { pinSchema } from '../../src/platform/database/schema.js';

export const GUARDS_FILE = 'src/platform/database/authority-triggers.generated.ts';

const HEAD = `/** Written by \`npm run guards\`; do not edit. What the migrations make: tables, triggers and functions. */

export const GUARDS_OF_THIS_RELEASE: Readonly<Record<string, string>> = {
`;

export async function guardsOf(connectionString: string): Promise<GuardsRow['guards']> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await pinSchema(client);
    const { rows } = await client.query<GuardsRow>(GUARDS_QUERY);
    return rows[0]?.guards ?? {};
  } finally {
    await client.end();
  }
}

export async function guardsFile(connectionString: string): Promise<string> {
  const lines = Object.entries(await guardsOf(connectionString)).map(
    ([name, definition]) => `  '${name}': '${definition}',\n`,
  );
  return `${HEAD}${lines.join('')}};\n`;
}
