/**
 * `npm run bench`: measures, and writes docs/benchmarks.md. Exit code 0 whenever the page is written: a missed target
 * is a result like others.
 */
import { writeFile } from 'node:fs/promises';
import { Cleanup } from '../harness/cleanup.js';
import { build } from './build.js';
import { commandOf } from './command.js';
import { Environment } from './environment.js';
import { describeLoadBefore, describeMachine, describePostgres, describeSource, LoadWatch } from './machine.js';
import { cold } from './measures/cold.js';
import type { Cell, Figure, Taken } from './measures/measure.js';
import { revocations } from './measures/revocations.js';
import { routes } from './measures/routes.js';
import { size } from './measures/size.js';
import { workers } from './measures/workers.js';
import { parseOptions } from './options.js';
import { pageOf, type Circumstances } from './page/page.js';
import { isReached, summarize } from './summary.js';

const MEASURES = [routes, cold, revocations, workers, size];
/** Limit on void runs. A run with a failed request is void and repeated. */
const MAX_VOID_RUNS = 2;

const args = process.argv.slice(2);
const options = parseOptions(args);
const cleanup = new Cleanup();
let environment: Environment | null = null;
cleanup.add(() => environment?.clear());

try {
  await main();
  await cleanup.exit(0);
} catch (error) {
  await cleanup.fail(error);
}

async function main(): Promise<void> {
  const unknown = options.only?.find((name) => !MEASURES.some((measure) => measure.name === name));
  if (unknown !== undefined) throw new Error(`there is no measure ${unknown}`);
  const start = {
    command: commandOf(process.env.npm_lifecycle_event === 'bench' ? 'bench' : undefined, args),
    source: describeSource(),
    machine: describeMachine(),
    startedAt: new Date(),
    loadBefore: await describeLoadBefore(),
  };
  build(options);
  const runs: Taken[] = [];
  const during: string[] = [];
  for (let isVoid = 0; runs.length < options.runs;) {
    const number = runs.length + 1;
    console.log(`run ${number} of ${options.runs}`);
    const watch = new LoadWatch();
    try {
      const { taken, postgres } = await takeRun();
      runs.push(taken);
      during.push(`run ${number}: ${watch.describe()}`);
      // After each run, because a run takes minutes.
      await publish(runs, { ...start, postgres, loadDuring: during, voidRuns: isVoid });
    } catch (error) {
      isVoid += 1;
      if (isVoid > MAX_VOID_RUNS) throw error;
      console.log(`run ${number} is void and taken again:`, error);
    }
  }
}

/** On processes and databases of its own. */
async function takeRun(): Promise<{ taken: Taken; postgres: string }> {
  const own = (environment = await Environment.make(options));
  try {
    const cells: Cell[] = [];
    const figures: Figure[] = [];
    for (const { name, isExtra = false, take } of MEASURES) {
      if (!(options.only?.includes(name) ?? (!isExtra || options.bigTable !== null))) continue;
      const startedAt = performance.now();
      console.log(name);
      const taken = await take(own, options);
      cells.push(...(taken.cells ?? []));
      figures.push(...taken.figures);
      console.log(`${name} took ${Math.round((performance.now() - startedAt) / 1_000)} s`);
    }
    return { taken: { cells, figures }, postgres: await describePostgres(own) };
  } finally {
    environment = null;
    await own.clear();
  }
}

async function publish(runs: readonly Taken[], circumstances: Circumstances): Promise<void> {
  const summary = summarize(runs);
  const page = await pageOf(summary, circumstances, options);
  if (options.report !== null) await writeFile(options.report, page);
  if (runs.length < options.runs) return;
  if (options.report === null) console.log(page);
  for (const figure of summary.figures.filter((each) => isReached(each) === false)) {
    console.log(`bar not reached: ${figure.name}: ${figure.spread.median.toFixed(2)}`);
  }
}
