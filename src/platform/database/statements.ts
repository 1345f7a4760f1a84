/** Statements that change rows, without the pair in which TypeORM's driver returns their result. */
import type { EntityManager } from 'typeorm';

type Runner = Pick<EntityManager, 'query'>;

/** Returns the rows of an UPDATE or a DELETE with RETURNING. */
export async function returned<Row>(runner: Runner, sql: string, parameters: unknown[]): Promise<Row[]> {
  const [rows] = await runner.query<[Row[], number]>(sql, parameters);
  return rows;
}

/** Returns the number of rows that an UPDATE or a DELETE has changed. */
export async function affected(runner: Runner, sql: string, parameters: unknown[]): Promise<number> {
  const [, count] = await runner.query<[unknown[], number]>(sql, parameters);
  return count;
}
