/**
 * Offset of the database's clock as the service reads it. On the service's connections a function replaces
 * `clock_timestamp`, and a test writes the offset to a table. A schema cannot do it, because the service pins its
 * search path.
 */
import pg from 'pg';
import type { TestDatabase } from './database.js';

const REPLACE_CLOCK = `
  CREATE SCHEMA bent;
  CREATE TABLE bent.skew (amount interval NOT NULL, stands_at timestamptz);
  INSERT INTO bent.skew VALUES ('0', NULL);
  CREATE FUNCTION bent.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT coalesce(stands_at, pg_catalog.clock_timestamp() + amount) FROM bent.skew'`;

type Query = (this: pg.Client, statement: unknown, ...others: unknown[]) => unknown;

export interface OffsetClock {
  /** Advances the service's clock by an interval of PostgreSQL. */
  step(amount: string): Promise<unknown>;
  /** Stops the service's clock at this instant, so that a boundary can be tested exactly. */
  stand(at: Date): Promise<unknown>;
  straighten(): void;
}

/**
 * Replaces the clock for every instance on this database in this process. Call it before the first instance prepares
 * its statements.
 */
export async function offsetClock(database: Pick<TestDatabase, 'query'>): Promise<OffsetClock> {
  await database.query(REPLACE_CLOCK);
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
