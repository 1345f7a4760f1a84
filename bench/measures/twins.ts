/**
 * The guarded route and its public twin again: with the machine as it is, and with every core kept awake. A sleeping
 * core has to be woken for each response, and the sender pays for it. The load on a route that answers many requests at
 * once is woken once for all. If the ratio changes when no core sleeps, waking is the cause.
 */
import { spawn } from 'node:child_process';
import { cpus, setPriority } from 'node:os';
import { medianOf, runInterleaved, type Subject } from '../interleaved-runs.js';
import type { Options } from '../options.js';
import type { SubjectKey } from '../subjects.js';
import type { Cell } from './measure.js';

/** Ends the processes even if this process ends without ending them. */
const MAX_AWAKE_MS = 60_000;
const SPIN = `const end = Date.now() + ${MAX_AWAKE_MS}; while (Date.now() < end);`;
const LOWEST_PRIORITY = 19;

export async function compareTwins(
  subjects: ReadonlyMap<SubjectKey, Subject>,
  connections: number,
  options: Options,
): Promise<Cell[]> {
  const twins = (['guarded', 'open'] as const).flatMap((key) => subjects.get(key) ?? []);
  const awake = twins.map((twin) => ({ ...twin, name: `${twin.name}, cores kept awake`, meanwhile: keepAwake }));
  const loads = [...twins, ...awake].map((subject) => ({ subject, connections }));
  const outcome = await runInterleaved(loads, { ...options, rounds: options.rounds * 2 });
  return loads.map((subjectLoad) => ({
    table: 'twins',
    subject: subjectLoad.subject.name,
    connections,
    sample: medianOf(outcome.get(subjectLoad) ?? []),
  }));
}

/**
 * Starts one process of the lowest priority for each core. It yields to everything else, and only keeps the core awake.
 */
function keepAwake(): () => Promise<void> {
  const spinners = cpus().map(() => spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }));
  const end = (): void => spinners.forEach((spinner) => spinner.kill('SIGKILL'));
  process.once('exit', end);
  for (const { pid } of spinners) if (pid !== undefined) setPriority(pid, LOWEST_PRIORITY);
  return async () => {
    process.off('exit', end);
    end();
  };
}
