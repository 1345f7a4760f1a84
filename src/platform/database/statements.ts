/** Statements that change rows, without the pair in which TypeORM's driver returns their result. */
import type { EntityManager } from 'typeorm';

type Runner = Pick<EntityManager, 'query'>;

/** The rows that an UPDATE or a DELETE returns. */
export async function returned<Row>(runner: Runner, sql: string, parameters: unknown[]): Promise<Row[]> {
  const [rows] = await runner.query<[Row[], number]>(sql, parameters);
  return rows;
}

/** How many rows an UPDATE or a DELETE has changed. */
export async function affected(runner: Runner, sql: string, parameters: unknown[]): Promise<number> {
  const [, count] = await runner.query<[unknown[], number]>(sql, parameters);
  return count;
}
