/**
 * The database's clock as the service reads it, bent by a table that a test writes: each statement of the service's own
 * connections asks a function in place of `clock_timestamp`. The service pins its search path, so no schema can do it.
 */
import pg from 'pg';
import type { TestDatabase } from './database.js';

const BEND = `
  CREATE SCHEMA bent;
  CREATE TABLE bent.skew (amount interval NOT NULL, stands_at timestamptz);
  INSERT INTO bent.skew VALUES ('0', NULL);
  CREATE FUNCTION bent.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT coalesce(stands_at, pg_catalog.clock_timestamp() + amount) FROM bent.skew'`;

type Query = (this: pg.Client, statement: unknown, ...others: unknown[]) => unknown;

export interface BentClock {
  /** How far the service's clock is ahead, as an interval of PostgreSQL. */
  step(amount: string): Promise<unknown>;
  /** Stops the service's clock at this instant, so that a boundary can be met exactly. */
  stand(at: Date): Promise<unknown>;
  straighten(): void;
}

/** Bends the clock for every instance on this database, in this process; before the first one, whose statements are prepared. */
export async function bentClock(database: Pick<TestDatabase, 'query'>): Promise<BentClock> {
  await database.query(BEND);
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  prototype.query = function bentQuery(statement, ...others) {
    return query.call(this, isOfService(this) ? bent(statement) : statement, ...others);
  };
  return {
    step: (amount) => database.query('UPDATE bent.skew SET amount = $1', [amount]),
    stand: (at) => database.query('UPDATE bent.skew SET stands_at = $1', [at]),
    straighten: () => {
      prototype.query = query;
    },
  };
}

function isOfService(client: pg.Client): boolean {
  const { connectionParameters } = client as unknown as { connectionParameters: { application_name?: string } };
  return connectionParameters.application_name?.startsWith('latchkey') ?? false;
}

function bent(statement: unknown): unknown {
  if (typeof statement === 'string')
    return statement.replaceAll(/(?<![.\w])clock_timestamp\(\)/g, 'bent.clock_timestamp()');
  const { text } = statement as { text?: unknown };
  return typeof text === 'string' ? { ...(statement as object), text: bent(text) } : statement;
}
