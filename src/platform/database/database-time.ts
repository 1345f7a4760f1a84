/**
 * The time for rows that are written, or expiries that are checked, outside of SQL. No process's clock is trusted
 * (docs/decisions/0016-the-databases-clock.md).
 */
import type { EntityManager } from 'typeorm';

/** Returns the database's clock now, independent of the process's clock. */
export async function databaseTime(on: Pick<EntityManager, 'query'>): Promise<Date> {
  const [row] = await on.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
  if (!row) throw new Error('the database answered no time');
  return row.now;
}
