/** The time for what is written or judged outside of SQL: no process's clock is right (docs/decisions/0016-the-databases-clock.md). */
import type { EntityManager } from 'typeorm';

/** The database's clock as it is now, whatever the process's clock says. */
export async function databaseTime(on: Pick<EntityManager, 'query'>): Promise<Date> {
  const [row] = await on.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
  if (!row) throw new Error('the database answered no time');
  return row.now;
}
