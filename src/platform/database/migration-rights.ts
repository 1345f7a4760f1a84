/**
 * The check of the role's rights before a migration. A role without them would leave the schema half migrated, with
 * PostgreSQL's own error.
 */
import { migrations } from '../../../migrations/index.js';
import { withSession } from './server-requirements.js';

export interface RightsFacts {
  readonly role: string;
  readonly database: string;
  /** The schema for new tables; `null` when no schema of the search path exists. */
  readonly schema: string | null;
  readonly mayCreateTables: boolean | null;
  readonly mayCreateSchemas: boolean;
  readonly hasQueue: boolean;
}

const FACTS = `
SELECT current_user AS role, current_database() AS database, current_schema() AS schema,
  has_schema_privilege(current_schema(), 'CREATE') AS "mayCreateTables",
  has_database_privilege(current_database(), 'CREATE') AS "mayCreateSchemas",
  to_regclass('graphile_worker.migrations') IS NOT NULL AS "hasQueue", to_regclass('migrations') IS NOT NULL AS "hasTables"`;

/**
 * Throws with the missing right and the statement that grants it. A role on a database that lacks no migration needs no
 * right.
 */
export async function requireMigrationRights(url: string): Promise<void> {
  const fault = await withSession(url, async (client) => {
    const [facts] = (await client.query<RightsFacts & { hasTables: boolean }>(FACTS)).rows;
    if (!facts) throw new Error('PostgreSQL answered no row');
    const applied = facts.hasTables ? (await client.query<{ name: string }>('SELECT name FROM migrations')).rows : [];
    const names = new Set(applied.map(({ name }) => name));
    return missingRight(facts, !migrations.every(({ name }) => names.has(name)));
  });
  if (fault !== null) throw new Error(fault);
}

/** Returns the missing right in words, or `null`. */
export function missingRight(facts: RightsFacts, lacksMigrations: boolean): string | null {
  const other = 'Or let another role migrate: docs/operations.md, "A role of its own for migrations".';
  if (lacksMigrations && facts.schema === null) {
    return `The role "${facts.role}" finds no schema for tables in the database "${facts.database}": set its search_path.`;
  }
  if (lacksMigrations && facts.mayCreateTables !== true) {
    return (
      `The role "${facts.role}" may not create tables in the schema "${String(facts.schema)}" of the database ` +
      `"${facts.database}", which lacks migrations. GRANT CREATE ON SCHEMA "${String(facts.schema)}" TO "${facts.role}". ${other}`
    );
  }
  if (!facts.hasQueue && !facts.mayCreateSchemas) {
    return (
      `The role "${facts.role}" may not create schemas in the database "${facts.database}", which lacks the job queue's. ` +
      `GRANT CREATE ON DATABASE "${facts.database}" TO "${facts.role}". ${other}`
    );
  }
  return null;
}
