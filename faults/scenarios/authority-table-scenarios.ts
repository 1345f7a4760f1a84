/** Faults in the tables of authority and their change log, by an operator's SQL. */
import type { Deployment } from '../deployment.js';
import { verificationConnections } from '../proxy.js';
import { caseOf, type CaseActors } from '../revocations/revocation-case.js';
import { END_CONNECTIONS } from './connection-scenarios.js';
import { scenarioOf, type Scenario } from './scenario.js';

const LOG = ['authority_changes', 'authority_pruning'];
const RESTORED = ['access_tokens', ...LOG];

/** In the schema that comes first in every default search path. */
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

/** A trigger or a new connection that follows the search path finds an empty log. */
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
 * Statements of `pg_restore --clean`, each committed by itself: drop triggers, replace rows, create triggers again. In
 * the restored dump the token is revoked; in the live table it is not.
 */
const restore: Scenario = {
  name: 'restore',
  title: 'Tokens and the change log restored over the live ones, statement by statement, from a dump with a dead token',
  planRound: async (_scene, cases, actors) => {
    const restored = await restoredCase(actors);
    // A revocation made during the restore of an older dump is undone by it, which is correct.
    const forged = cases.filter(({ revoke }) => revoke === null);
    return { cases: [restored, ...forged], fault: {} };
  },
};

async function restoredCase({ fixtures, organization, psql }: CaseActors) {
  const { id, secret } = await fixtures.organizationToken(organization, ['organization:read']);
  return caseOf('pg_restore --clean', { credential: secret }, async () => {
    const start = performance.now();
    for (const statement of await statementsOfRestore(psql, id)) await queryRepeatedly(psql, statement);
    return { start, end: performance.now() };
  });
}

/** SQLSTATE 40P01, deadlock_detected. */
const DEADLOCK = '40P01';

/** Repeats a statement after a deadlock, as an operator would: DDL beside a running service meets deadlocks. */
async function queryRepeatedly(psql: CaseActors['psql'], statement: string): Promise<void> {
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
    // Like --disable-triggers: an owner may have been deleted since the dump.
    `BEGIN; SET LOCAL session_replication_role = replica; INSERT INTO access_tokens SELECT * FROM dumped_tokens; COMMIT`,
    'DROP TABLE dumped_tokens',
    ...rows.map(({ create }) => create),
    ...rows.map(({ table, name }) => `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${name}`),
  ];
}

export const authorityScenarios = [shadowedLog, restore];
