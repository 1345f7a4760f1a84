/** `npm run faults`: first the controls, then the service, cell by cell. Exit code 0 only when every promise was kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCell, type CellResult, type Extent } from './campaign.js';
import { cells } from './cells/index.js';
import { Cleanup } from './cleanup.js';
import { commandFor } from './command.js';
import { controls, type Control } from './controls.js';
import { Deployment } from './deployment.js';
import { describeMachine } from './machine.js';
import { parseOptions } from './options.js';
import { FaultyPostgres } from './postgres.js';
import { isClean, lineOf } from './report.js';
import { summaryOf } from './summary.js';

/** A conviction takes far fewer probes than an acquittal. */
const CONTROL: Extent = { probes: 200, rounds: 1, until: ({ staleAccepts }) => staleAccepts > 0 };
const CONTROL_INSTANCES = 2;

const options = parseOptions(process.argv.slice(2));
const cleanup = new Cleanup();
if (options.endsWithInput) process.stdin.resume().once('close', () => void cleanup.exit(1));

try {
  await cleanup.exit((await run()) ? 0 : 1);
} catch (error) {
  await cleanup.fail(error);
}

/** Whether every promise was kept. */
async function run(): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-faults-'));
  cleanup.add(() => rmSync(directory, { recursive: true, force: true }));
  const postgres = await FaultyPostgres.start(directory);
  cleanup.add(() => postgres.stop());

  const convictions: CellResult[] = [];
  for (const control of controls) {
    const result = await convict(control, postgres, directory);
    console.log(`control ${control.name}, ${lineOf(result)}`);
    if (result.tally.staleAccepts === 0 || result.failure !== null) {
      console.error(`VOID: the harness did not convict ${control.title}, so it proves nothing.`);
      return false;
    }
    convictions.push(result);
  }
  return acquit(convictions, postgres, directory);
}

async function convict(control: Control, postgres: FaultyPostgres, directory: string): Promise<CellResult> {
  const cell = cells.find(({ name }) => name === control.cell);
  if (!cell) throw new Error(`there is no cell ${control.cell}`);
  const { database, command, sql } = control;
  const deployment = await deploy({ postgres, directory, database, command, sql, instances: CONTROL_INSTANCES });
  const result = await runCell(cell, deployment, CONTROL);
  await deployment.stop();
  return result;
}

async function acquit(
  convictions: readonly CellResult[],
  postgres: FaultyPostgres,
  directory: string,
): Promise<boolean> {
  const { only, probes, rounds, instances, entry, summary } = options;
  const unknown = only?.find((name) => !cells.some((cell) => cell.name === name));
  if (unknown !== undefined) throw new Error(`there is no cell ${unknown}`);
  const command = commandFor(entry);
  const deployment = await deploy({ postgres, directory, database: 'service', command, instances });
  const results: CellResult[] = [];
  for (const cell of cells.filter(({ name }) => only?.includes(name) ?? true)) {
    const result = await runCell(cell, deployment, { probes, rounds });
    console.log(lineOf(result));
    results.push(result);
  }
  const machine = await describeMachine(deployment);
  await deployment.stop();
  if (summary !== null) await writeFile(summary, await summaryOf({ machine, convictions, results }));
  const isKept = results.every(isClean);
  console.log(isKept ? `Every promise was kept in ${results.length} cells.` : 'PROMISES WERE BROKEN; see above.');
  return isKept;
}

async function deploy(what: Parameters<typeof Deployment.start>[0]): Promise<Deployment> {
  const deployment = await Deployment.start(what);
  cleanup.add(() => deployment.stop());
  return deployment;
}
