/**
 * `npm run faults`: first the positive controls, then the service, scenario by scenario. Exit code 0 only when every
 * promise was kept.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Cleanup } from '../harness/cleanup.js';
import { runScenario, type ScenarioResult, type StopCondition } from './campaign.js';
import { commandForVariant } from './command.js';
import { controls, type Control } from './controls.js';
import { Deployment } from './deployment.js';
import { describeRun } from './machine.js';
import { parseOptions } from './options.js';
import { scenariosFor, scenariosForControl } from './plan.js';
import { FaultyPostgres } from './postgres.js';
import { ReplicatedPostgres } from './replicated-postgres.js';
import { isClean, lineOf } from './report.js';
import { scenarios } from './scenarios/index.js';
import type { Scenario } from './scenarios/scenario.js';
import { wrongAccepts } from './statistics.js';
import { summaryOf, type Detection } from './summary.js';

/** Detecting a defect takes far fewer probes than showing its absence. */
const CONTROL: StopCondition = { probes: 200, rounds: 1, until: (statistics) => wrongAccepts(statistics) > 0 };
/** Output of `npm run build`. */
const ENTRY = resolve('dist/src/main.js');
const CONTROL_INSTANCES = 2;
const CONCURRENT_CONTROLS = 2;

const args = process.argv.slice(2);
const options = parseOptions(args);
const chosen = scenariosFor(options, scenarios);
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

  const detections = await detectAll(postgres, directory);
  if (detections === null) return false;
  const results = await acquit(postgres, directory);
  const { summary } = options;
  if (summary !== null)
    await writeFile(summary, await summaryOf({ run: describe(postgres.version), detections, results }));
  const isKept = results.every(isClean);
  console.log(isKept ? `Every promise was kept in ${results.length} scenarios.` : 'PROMISES WERE BROKEN; see above.');
  return isKept;
}

/**
 * Returns `null` when a control is not detected. In a partial run each control has one scenario, and these do not
 * affect each other's server. Two at a time use the machine fully.
 */
async function detectAll(postgres: FaultyPostgres, directory: string): Promise<Detection[] | null> {
  const detections: (Detection[] | null)[] = [];
  const waiting = [...controls];
  const detectNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      detections.push(await detect(next, postgres, directory));
    }
  };
  await Promise.all(Array.from({ length: isWhole ? 1 : CONCURRENT_CONTROLS }, detectNext));
  const all = detections.filter((each) => each !== null);
  return all.length === detections.length ? all.flat() : null;
}

/** Returns `null` when a scenario does not detect the control. */
async function detect(control: Control, postgres: FaultyPostgres, directory: string): Promise<Detection[] | null> {
  const { name, title, database, sql } = control;
  const command = commandForVariant(name);
  const deployment = await deploy({ postgres, directory, database, command, sql, instances: CONTROL_INSTANCES });
  const detections: Detection[] = [];
  for (const scenario of scenariosForControl(control, isWhole, scenarios)) {
    const result = await runScenario(scenario, deployment, CONTROL);
    console.log(`control ${name}, ${lineOf(result)}`);
    if (wrongAccepts(result.statistics) === 0 || result.failure !== null) {
      console.error(`VOID: the harness did not convict ${title} in ${scenario.name}, so it proves nothing.`);
      return null;
    }
    detections.push({ control, result });
  }
  await deployment.stop();
  return detections;
}

async function acquit(postgres: FaultyPostgres, directory: string): Promise<ScenarioResult[]> {
  const { instances } = options;
  const what = { directory, command: [ENTRY], instances };
  const alone = await runAll(
    chosen.filter((scenario) => scenario.needsReplica !== true),
    () => deploy({ ...what, postgres, database: 'service' }),
  );
  const replicated = await runAll(
    chosen.filter((scenario) => scenario.needsReplica === true),
    async () => {
      const replication = await ReplicatedPostgres.start(join(directory, 'replicated'));
      cleanup.add(() => replication.stop());
      return deploy({ ...what, postgres: replication.primary, replication, database: 'replicated' });
    },
  );
  return [...alone, ...replicated];
}

/** Runs these scenarios on one deployment, which is created only when there are any. */
async function runAll(some: readonly Scenario[], make: () => Promise<Deployment>): Promise<ScenarioResult[]> {
  if (some.length === 0) return [];
  const deployment = await make();
  const results: ScenarioResult[] = [];
  for (const scenario of some) {
    const result = await runScenario(scenario, deployment, options);
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
