/** What happens to the tables that authority and its change log live in, by an operator's hand. */
import type { Deployment } from '../deployment.js';
import { verificationConnections } from '../proxy.js';
import { caseOf, type CaseActors } from '../revocations/revocation-case.js';
import { scenarioOf, type Scenario } from './scenario.js';
import { END_CONNECTIONS } from './connection-scenarios.js';

const LOG = ['authority_changes', 'authority_pruning'];
const RESTORED = ['access_tokens', ...LOG];

/** In the schema that every default search path leads to first. */
const SHADOW = `
  DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I', current_user); END $$;
  ${LOG.map((table) => `CREATE TABLE "$user".${table} (LIKE public.${table} INCLUDING ALL);`).join('\n')}
  INSERT INTO "$user".authority_pruning (pruned_through) VALUES ('0');`;

async function endVerification({ instances, psql }: Deployment): Promise<void> {
  await psql.query(END_CONNECTIONS, [instances.flatMap(({ proxy }) => proxy.clientPorts(verificationConnections))]);
}

async function roleOf({ psql }: Deployment): Promise<string> {
  const { rows } = await psql.query<{ name: string }>('SELECT quote_ident(current_user) AS name');
  return rows[0]?.name ?? '';
}

/** Whoever follows the search path, a trigger or a new connection, finds an empty log. */
const shadowedLog = scenarioOf({
  name: 'shadowed-log',
  title: 'A schema named as the role, with an empty change log in it; verification’s connections ended',
  setUp: async (deployment) => {
    await deployment.psql.query(SHADOW.replaceAll('"$user"', await roleOf(deployment)));
  },
  tearDown: async (deployment) => {
    await deployment.psql.query(`DROP SCHEMA ${await roleOf(deployment)} CASCADE`);
  },
  fault: ({ deployment }) => ({ before: () => endVerification(deployment) }),
});

/**
 * The statements of `pg_restore --clean`, each committed by itself: triggers dropped, rows replaced, triggers made again.
 * The dump that it restores has the token dead, which the live table has not.
 */
const restore: Scenario = {
  name: 'restore',
  title: 'Tokens and the change log restored over the live ones, statement by statement, from a dump with a dead token',
  play: async (_scene, cases, household) => {
    const restored = await restoredCase(household);
    // What is revoked while an older dump is restored comes back with it, and rightly so.
    const impostors = cases.filter(({ revoke }) => revoke === null);
    return { cases: [restored, ...impostors], fault: {} };
  },
};

async function restoredCase({ town, organization, psql }: CaseActors) {
  const { id, secret } = await town.organizationToken(organization, ['organization:read']);
  return caseOf('pg_restore --clean', { credential: secret }, async () => {
    const start = performance.now();
    for (const statement of await statementsOfRestore(psql, id)) await queryUndeterred(psql, statement);
    return { start, end: performance.now() };
  });
}

/** SQLSTATE 40P01, deadlock_detected. */
const DEADLOCK = '40P01';

/** DDL beside a service at work meets deadlocks. An operator repeats what was broken off, and so does this. */
async function queryUndeterred(psql: CaseActors['psql'], statement: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await psql.query(statement);
      return;
    } catch (error) {
      if (tries >= 20 || (error as { code?: string }).code !== DEADLOCK) throw error;
    }
  }
}

async function statementsOfRestore(psql: CaseActors['psql'], id: string): Promise<string[]> {
  const { rows } = await psql.query<{ table: string; name: string; create: string }>(
    `SELECT tgrelid::regclass::text AS table, tgname AS name, pg_get_triggerdef(oid) AS create FROM pg_trigger
     WHERE tgrelid = ANY($1::regclass[]) AND NOT tgisinternal`,
    [RESTORED],
  );
  return [
    'CREATE TABLE dumped_tokens AS TABLE access_tokens',
    `UPDATE dumped_tokens SET revoked_at = now() WHERE id = '${id}'`,
    ...rows.map(({ table, name }) => `DROP TRIGGER ${name} ON ${table}`),
    ...LOG.flatMap((table) => [
      `CREATE TABLE dumped (LIKE ${table} INCLUDING ALL)`,
      `INSERT INTO dumped SELECT * FROM ${table}`,
      `DROP TABLE ${table}`,
      `ALTER TABLE dumped RENAME TO ${table}`,
    ]),
    'TRUNCATE access_tokens',
    // As with --disable-triggers: an owner may have been deleted since the dump.
    `BEGIN; SET LOCAL session_replication_role = replica; INSERT INTO access_tokens SELECT * FROM dumped_tokens; COMMIT`,
    'DROP TABLE dumped_tokens',
    ...rows.map(({ create }) => create),
    ...rows.map(({ table, name }) => `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${name}`),
  ];
}

export const authorityCells = [shadowedLog, restore];
