/** What the fence is compared with: the same statement, judged by the same code, once for each request, from a pool. */
import pg from 'pg';
import type { Confirmed, Wanted } from '../../src/verification/facts.js';
import { CONFIRM_AND_LOAD } from '../../src/verification/fence.sql.js';
import { loadedBy, type FenceRow } from '../../src/verification/fence-row.js';
import { Fence } from '../../src/verification/fence.js';
import { Memory } from '../../src/verification/memory.js';
import { serve } from '../serving.js';

const POOL_SIZE = 10;

await serve((app, { database }) => {
  const pool = new pg.Pool({ connectionString: database.url ?? '', max: POOL_SIZE });
  app.get(Fence, { strict: false }).confirm = (wanted) => confirm(pool, wanted);
});

async function confirm(pool: pg.Pool, wanted: Wanted): Promise<Confirmed> {
  const selectors = wanted.kind === 'token' ? [wanted.selector] : [];
  const sessionIds = wanted.kind === 'session' ? [wanted.id] : [];
  const { rows } = await pool.query<FenceRow>({ ...CONFIRM_AND_LOAD, values: [null, selectors, sessionIds, [], []] });
  const [row] = rows;
  if (!row) throw new Error('no row was answered');
  return { facts: Memory.of(loadedBy(row)).find(wanted), now: row.now };
}
