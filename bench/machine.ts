/** Machine description: hardware, state of the sources, and other load. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, type as system, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from './environment.js';

const ROOT = `${import.meta.dirname}/..`;
const SAMPLING_MS = 2_000;
const SAMPLE_MS = 5_000;

/** Settings that decide the cost of a query and of a commit. */
const SETTINGS = [
  'max_connections',
  'shared_buffers',
  'work_mem',
  'effective_cache_size',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_level',
  'jit',
];

export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
  return `${cpus().length} cores (${model}), ${memory}, ${system()} ${release()}, Node ${process.versions.node}`;
}

export async function describePostgres(environment: Environment): Promise<string> {
  const settings: string[] = [];
  for (const name of SETTINGS) settings.push(`\`${name} = ${await environment.setting(name)}\``);
  return `${await environment.setting('server_version')}, ${settings.join(', ')}`;
}

/** Commit, and whether the working tree equals it. The benchmark page may differ, because this program writes it. */
export function describeSource(): string {
  try {
    const commit = git('rev-parse', 'HEAD');
    const changes = git('status', '--porcelain', '--', '.', ':!docs/benchmarks.md').split('\n').filter(Boolean);
    const tree =
      changes.length === 0 ? 'the tree was clean' : `the tree was not clean: ${changes.length} files differed`;
    return `${commit}; ${tree}`;
  } catch {
    return 'unknown: this is no git working tree';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** Load before the run: the averages of 1, 5 and 15 minutes, and how busy the cores are for two seconds. */
export async function describeLoadBefore(): Promise<string> {
  const before = processorTimes();
  await sleep(SAMPLING_MS);
  const averages = loadavg().map((load) => load.toFixed(2));
  const { busy } = sharesBetween(before, processorTimes());
  return `load averages ${averages.join(', ')}; cores ${percent(busy)} busy for 2 s`;
}

/** Samples the one-minute load average during a run. The run's own processes count too. */
export class LoadWatch {
  private readonly samples: number[] = [];
  private readonly before = processorTimes();
  private readonly timer = setInterval(() => this.samples.push(loadavg()[0] ?? NaN), SAMPLE_MS).unref();

  describe(): string {
    clearInterval(this.timer);
    const samples = [...this.samples, loadavg()[0] ?? NaN];
    const { busy, stolen } = sharesBetween(this.before, processorTimes());
    const range = `${Math.min(...samples).toFixed(1)}–${Math.max(...samples).toFixed(1)}`;
    return `load average ${range}, this run’s own processes included; cores ${percent(busy)} busy, ${percent(stolen)} of their time taken by other guests of the host`;
  }
}

interface ProcessorTimes {
  readonly all: number;
  readonly idle: number;
  readonly stolen: number;
}

/** Times of all cores since the start of the machine (proc(5)); zero where /proc does not exist. */
function processorTimes(): ProcessorTimes {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    const times = line.trim().split(/\s+/).slice(1, 9).map(Number);
    const all = times.reduce((sum, time) => sum + time, 0);
    return { all, idle: (times[3] ?? 0) + (times[4] ?? 0), stolen: times[7] ?? 0 };
  } catch {
    return { all: NaN, idle: NaN, stolen: NaN };
  }
}

function sharesBetween(before: ProcessorTimes, after: ProcessorTimes): { busy: number; stolen: number } {
  const all = after.all - before.all;
  return { busy: 1 - (after.idle - before.idle) / all, stolen: (after.stolen - before.stolen) / all };
}

function percent(share: number): string {
  return Number.isNaN(share) ? 'an unknown share' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
