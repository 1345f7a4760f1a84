/** What may be removed from the change log, and that a process which slept through it can tell. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { Transactions } from '../../../src/platform/database/transactions.service.js';
import { ChangeLogPrunerTask } from '../../../src/verification/change-log-pruner.task.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { until } from '../../support/until.js';

/** Only intervals are told by a clock that the test moves. */
const REAL = ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setTimeout'] as const;

describe('pruning the change log', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let pruner: ChangeLogPrunerTask;
  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    pruner = new ChangeLogPrunerTask(new Transactions(dataSource));
  });
  beforeEach(async () => {
    await database.query('DELETE FROM authority_changes');
    await database.query(`UPDATE authority_pruning SET pruned_through = '0'`);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  /** A change, made so long ago; answers its transaction. */
  async function dbChange(minutesAgo: number): Promise<string> {
    const [row] = await database.query<{ xid: string }>(
      `INSERT INTO authority_changes (subject_kind, subject_id, changed_at)
      VALUES ('token', 'x', clock_timestamp() - $1 * interval '1 minute') RETURNING xid::text`,
      [minutesAgo],
    );
    return row?.xid ?? '';
  }

  async function dbLog(): Promise<{ kept: string[]; prunedThrough: string }> {
    const [row] = await database.query<{ kept: string[]; prunedThrough: string }>(
      `SELECT ARRAY(SELECT xid::text FROM authority_changes ORDER BY xid) AS kept,
      pruned_through::text AS "prunedThrough" FROM authority_pruning`,
    );
    if (!row) throw new Error('nothing remembers how far the log was pruned');
    return row;
  }

  /** Prunes until so many changes are left: other specs' transactions, on the same server, hold it up for a moment. */
  async function pruneTo(count: number): Promise<void> {
    await until(async () => {
      await pruner.prune();
      return (await dbLog()).kept.length <= count;
    });
  }

  it('removes what is older than ten minutes, keeps the rest, and remembers how far it went', async () => {
    const [, last, recent] = [await dbChange(60), await dbChange(10.1), await dbChange(9)];
    await pruneTo(1);
    await pruner.prune();

    expect(await dbLog()).toEqual({ kept: [recent], prunedThrough: last });
  });

  it('leaves the mark where it is when there is nothing to remove, and never sets it back', async () => {
    await pruner.prune();
    expect(await dbLog()).toEqual({ kept: [], prunedThrough: '0' });

    await dbChange(60);
    await database.query(`UPDATE authority_pruning SET pruned_through = '9000000'`);
    await pruneTo(0);
    expect(await dbLog()).toEqual({ kept: [], prunedThrough: '9000000' });
  });

  it('keeps what a transaction that is still open may not have seen, however old it is', async () => {
    const open = new pg.Client(database.url);
    await open.connect();
    await open.query('BEGIN');
    await open.query('SELECT pg_current_xact_id()');
    const change = await dbChange(60);
    await pruner.prune();
    expect(await dbLog()).toEqual({ kept: [change], prunedThrough: '0' });

    await open.query('COMMIT');
    await open.end();
    await pruneTo(0);
    expect(await dbLog()).toEqual({ kept: [], prunedThrough: change });
  });

  describe('by itself', () => {
    beforeEach(() => void jest.useFakeTimers({ doNotFake: [...REAL] }));
    afterEach(() => {
      pruner.onApplicationShutdown();
      jest.useRealTimers();
      Logger.overrideLogger(true);
    });

    it('is done no more when the service stops', async () => {
      pruner.onApplicationBootstrap();
      pruner.onApplicationShutdown();
      await dbChange(60);
      jest.advanceTimersByTime(120_000);
      await sleep(100);

      expect((await dbLog()).kept).toHaveLength(1);
    });

    it('is done each minute', async () => {
      await dbChange(60);
      pruner.onApplicationBootstrap();
      jest.advanceTimersByTime(59_999);
      await sleep(100);
      expect((await dbLog()).kept).toHaveLength(1);

      jest.advanceTimersByTime(1);
      await until(async () => {
        jest.advanceTimersByTime(60_000);
        return (await dbLog()).kept.length === 0;
      });
    });

    it('may fail: the operator is told, and the next minute brings the next attempt', async () => {
      const warnings: unknown[] = [];
      Logger.overrideLogger({
        log: () => undefined,
        error: () => undefined,
        warn: (text: unknown) => warnings.push(text),
      });
      const homeless = new ChangeLogPrunerTask(
        new Transactions(new DataSource({ type: 'postgres', url: database.url })),
      );
      homeless.onApplicationBootstrap();
      for (const attempts of [1, 2]) {
        jest.advanceTimersByTime(60_000);
        await until(() => warnings.length === attempts);
      }
      homeless.onApplicationShutdown();

      expect(warnings[0]).toMatch(/not pruned now: \S/);
    });
  });
});
