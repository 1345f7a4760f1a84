/**
 * `npm run faults`: first the positive controls, then the service, scenario by scenario. Exit code 0 only when every
 * promise was kept.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCell, type CellResult, type Extent } from './campaign.js';
import { cells } from './scenarios/index.js';
import type { Scenario } from './scenarios/scenario.js';
import { Cleanup } from '../harness/cleanup.js';
import { commandForVariant } from './command.js';
import { controls, type Control } from './controls.js';
import { Deployment } from './deployment.js';
import { describeRun } from './machine.js';
import { parseOptions } from './options.js';
import { cellsFor, trialsOf } from './plan.js';
import { FaultyPostgres } from './postgres.js';
import { ReplicatedPostgres } from './replicated-postgres.js';
import { isClean, lineOf } from './report.js';
import { summaryOf, type Conviction } from './summary.js';
import { wrongAccepts } from './statistics.js';

/** Detecting a defect takes far fewer probes than showing its absence. */
const CONTROL: Extent = { probes: 200, rounds: 1, until: (tally) => wrongAccepts(tally) > 0 };
/** Output of `npm run build`. */
const ENTRY = resolve('dist/src/main.js');
const CONTROL_INSTANCES = 2;
const CONTROLS_AT_ONCE = 2;

const args = process.argv.slice(2);
const options = parseOptions(args);
const chosen = cellsFor(options, cells);
const isWhole = options.summary !== null;
const cleanup = new Cleanup();

try {
  await cleanup.exit((await run()) ? 0 : 1);
} catch (error) {
  await cleanup.fail(error);
}

/** Returns whether every control was detected and every promise was kept. */
async function run(): Promise<boolean> {
  const describe = describeRun(args);
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-faults-'));
  cleanup.add(() => rmSync(directory, { recursive: true, force: true }));
  const postgres = await FaultyPostgres.start(directory);
  cleanup.add(() => postgres.stop());

  const convictions = await convictAll(postgres, directory);
  if (convictions === null) return false;
  const results = await acquit(postgres, directory);
  const { summary } = options;
  if (summary !== null)
    await writeFile(summary, await summaryOf({ run: describe(postgres.version), convictions, results }));
  const isKept = results.every(isClean);
  console.log(isKept ? `Every promise was kept in ${results.length} cells.` : 'PROMISES WERE BROKEN; see above.');
  return isKept;
}

/**
 * Returns `null` when a control is not detected. In a partial run each control has one scenario, and these do not
 * affect each other's server. Two at a time use the machine fully.
 */
async function convictAll(postgres: FaultyPostgres, directory: string): Promise<Conviction[] | null> {
  const convictions: (Conviction[] | null)[] = [];
  const waiting = [...controls];
  const convictNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      convictions.push(await convict(next, postgres, directory));
    }
  };
  await Promise.all(Array.from({ length: isWhole ? 1 : CONTROLS_AT_ONCE }, convictNext));
  const all = convictions.filter((each) => each !== null);
  return all.length === convictions.length ? all.flat() : null;
}

/** Returns `null` when a scenario does not detect the control. */
async function convict(control: Control, postgres: FaultyPostgres, directory: string): Promise<Conviction[] | null> {
  const { name, title, database, sql } = control;
  const command = commandForVariant(name);
  const deployment = await deploy({ postgres, directory, database, command, sql, instances: CONTROL_INSTANCES });
  const convictions: Conviction[] = [];
  for (const cell of trialsOf(control, isWhole, cells)) {
    const result = await runCell(cell, deployment, CONTROL);
    console.log(`control ${name}, ${lineOf(result)}`);
    if (wrongAccepts(result.tally) === 0 || result.failure !== null) {
      console.error(`VOID: the harness did not convict ${title} in ${cell.name}, so it proves nothing.`);
      return null;
    }
    convictions.push({ control, result });
  }
  await deployment.stop();
  return convictions;
}

async function acquit(postgres: FaultyPostgres, directory: string): Promise<CellResult[]> {
  const { instances } = options;
  const what = { directory, command: [ENTRY], instances };
  const alone = await play(
    chosen.filter((cell) => cell.needsReplica !== true),
    () => deploy({ ...what, postgres, database: 'service' }),
  );
  const replicated = await play(
    chosen.filter((cell) => cell.needsReplica === true),
    async () => {
      const replication = await ReplicatedPostgres.start(join(directory, 'replicated'));
      cleanup.add(() => replication.stop());
      return deploy({ ...what, postgres: replication.primary, replication, database: 'replicated' });
    },
  );
  return [...alone, ...replicated];
}

/** Runs these scenarios on one deployment, which is created only when there are any. */
async function play(some: readonly Scenario[], make: () => Promise<Deployment>): Promise<CellResult[]> {
  if (some.length === 0) return [];
  const deployment = await make();
  const results: CellResult[] = [];
  for (const cell of some) {
    const result = await runCell(cell, deployment, options);
    console.log(lineOf(result));
    results.push(result);
  }
  await deployment.stop();
  return results;
}

async function deploy(what: Parameters<typeof Deployment.start>[0]): Promise<Deployment> {
  const deployment = await Deployment.start(what);
  cleanup.add(() => deployment.stop());
  return deployment;
}
