/** `npm run faults`: first the controls, then the service, cell by cell. Exit code 0 only when every promise was kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCell, type CellResult, type Extent } from './campaign.js';
import { cells } from './cells/index.js';
import { controls, type Control } from './controls.js';
import { Deployment } from './deployment.js';
import { describeMachine } from './machine.js';
import { parseOptions } from './options.js';
import { FaultyPostgres } from './postgres.js';
import { isClean, lineOf } from './report.js';
import { summaryOf } from './summary.js';

/** A conviction takes far fewer probes than an acquittal. */
const CONTROL: Extent = { probes: 200, rounds: 1, until: ({ staleAccepts }) => staleAccepts > 0 };

const options = parseOptions(process.argv.slice(2));
const undo: (() => Promise<void> | void)[] = [];
let isEnding = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(1));
if (options.endsWithInput) process.stdin.resume().once('close', () => void end(1));

try {
  await end((await run()) ? 0 : 1);
} catch (error) {
  if (!isEnding) console.error(error);
  await end(1);
}

/** Whether every promise was kept. */
async function run(): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-faults-'));
  undo.push(() => rmSync(directory, { recursive: true, force: true }));
  const postgres = await FaultyPostgres.start(directory);
  undo.push(() => postgres.stop());

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
  const deployment = await deploy({ postgres, directory, database, command, sql, instances: options.instances });
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
  const command = [resolve(entry)];
  const deployment = await deploy({ postgres, directory, database: 'service', command, instances });
  const results: CellResult[] = [];
  for (const cell of cells.filter(({ name }) => only?.includes(name) ?? true)) {
    const result = await runCell(cell, deployment, { probes, rounds });
    console.log(lineOf(result));
    results.push(result);
    // What a broken-off cell left behind would be blamed on the next one.
    if (result.failure !== null) break;
  }
  const machine = await describeMachine(deployment);
  await deployment.stop();
  if (summary !== null) await writeFile(summary, summaryOf({ machine, convictions, results }));
  const isKept = results.every(isClean);
  console.log(isKept ? `Every promise was kept in ${results.length} cells.` : 'PROMISES WERE BROKEN; see above.');
  return isKept;
}

async function deploy(what: Parameters<typeof Deployment.start>[0]): Promise<Deployment> {
  const deployment = await Deployment.start(what);
  undo.push(() => deployment.stop());
  return deployment;
}

/** What was started last ends first; what cannot be ended does not keep the others from ending. */
async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  for (const step of undo.reverse()) {
    try {
      await step();
    } catch (error) {
      console.error(error);
    }
  }
  process.exit(code);
}
