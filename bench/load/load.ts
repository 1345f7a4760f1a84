/** Has a process of its own do the loading, so that measuring costs the measured process nothing but the machine. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { uncompiled } from '../build.js';
import type { ClosedOrder, LoadResult, PacedOrder } from './order.js';
import { hasWrk, loadByWrk } from './wrk.js';

/** wrk counts whole seconds. */
const isForWrk = ({ isOnceEach, seconds }: ClosedOrder): boolean => !isOnceEach && Number.isInteger(seconds);

/** Throws when any request failed: the run is void. */
export function load(order: ClosedOrder | PacedOrder): Promise<LoadResult> {
  return order.kind === 'closed' && isForWrk(order) && hasWrk() ? loadByWrk(order) : loadByClient(order);
}

/** Our own client, for orders whose results are compared with those of another one of its own. */
export async function loadByClient(order: ClosedOrder | PacedOrder): Promise<LoadResult> {
  const child = spawn(process.execPath, uncompiled('bench/load/client.ts'), { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(order));
  const answer = await text(child.stdout);
  if (answer === '') throw new Error('a load failed, see above');
  return JSON.parse(answer) as LoadResult;
}
