/** Has a process of its own do the loading, so that measuring costs the measured process nothing but the machine. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { PacedOrder, PacedResult, SaturationOrder, SaturationResult } from './order.js';

const TYPESCRIPT = new URL('../../test/support/typescript.js', import.meta.url).href;

export function load(order: SaturationOrder): Promise<SaturationResult>;
export function load(order: PacedOrder): Promise<PacedResult>;
/** Throws when any request failed: the run is void. */
export async function load(order: SaturationOrder | PacedOrder): Promise<SaturationResult | PacedResult> {
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, join(import.meta.dirname, 'main.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(order));
  const answer = await text(child.stdout);
  if (answer === '') throw new Error('void: a load failed, see above');
  return JSON.parse(answer) as SaturationResult | PacedResult;
}
