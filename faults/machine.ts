/** Description of a run: sources, machine, load, command and duration. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseOptions } from './options.js';

export interface RunDescription {
  readonly commit: string;
  readonly machine: string;
  /** Load average of one minute, before the start and at the end. */
  readonly load: readonly [before: number, after: number];
  readonly command: string;
  readonly instances: number;
  readonly seconds: number;
}

/** Reads the machine's state now; the returned function describes the run at its end. */
export function describeRun(args: readonly string[]): (postgresVersion: string) => RunDescription {
  const startedAt = performance.now();
  const before = loadNow();
  const commit = commitNow();
  return (postgresVersion) => ({
    commit,
    machine: `${machineNow()}, ${postgresVersion}`,
    load: [before, loadNow()],
    command: ['npm run faults', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    instances: parseOptions(args).instances,
    seconds: (performance.now() - startedAt) / 1_000,
  });
}

function machineNow(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${cpus().length} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

function loadNow(): number {
  return loadavg()[0] ?? NaN;
}

/** Commit of the working tree, or a placeholder outside a clone of the repository. */
function commitNow(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    const isChanged = git('status', '--porcelain', '--untracked-files=no', '--', ':!docs/faults.md') !== '';
    return `${git('rev-parse', '--short=12', 'HEAD')}${isChanged ? ' with uncommitted changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
