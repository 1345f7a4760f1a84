/** `npm run bench`: measures, and writes docs/benchmarks.md. Exit code 0 only when every bar was reached. */
import { writeFile } from 'node:fs/promises';
import { Cleanup } from '../faults/cleanup.js';
import { build } from './build.js';
import { Ground } from './ground.js';
import { cold } from './measures/cold.js';
import { guard } from './measures/guard.js';
import type { Row } from './measures/measure.js';
import { revocations } from './measures/revocations.js';
import { size } from './measures/size.js';
import { workers } from './measures/workers.js';
import { parseOptions } from './options.js';
import { describeMachine, reportOf } from './report.js';

const MEASURES = [guard, cold, revocations, workers, size];

const options = parseOptions(process.argv.slice(2));
const cleanup = new Cleanup();

try {
  await cleanup.exit((await run()) ? 0 : 1);
} catch (error) {
  await cleanup.fail(error);
}

/** Whether every bar was reached. */
async function run(): Promise<boolean> {
  const { only, bigTable, report } = options;
  const unknown = only?.find((name) => !MEASURES.some((measure) => measure.name === name));
  if (unknown !== undefined) throw new Error(`there is no measure ${unknown}`);
  build();
  const ground = await Ground.make(cleanup);
  const rows: Row[] = [];
  let text = '';
  for (const { name, isExtra = false, take } of MEASURES) {
    if (!(only?.includes(name) ?? (!isExtra || bigTable !== null))) continue;
    console.log(name);
    rows.push(...(await take(ground, options)));
    text = await reportOf(rows, await describeMachine(ground), options);
    // After each, because a run takes long and the last measure the longest.
    if (report !== null) await writeFile(report, text);
  }
  if (report === null) console.log(text);
  const missed = rows.filter(({ isReached }) => isReached === false);
  for (const { measure, value, bar } of missed) console.log(`MISSED: ${measure}: ${value}, bar ${bar}`);
  return missed.length === 0;
}
