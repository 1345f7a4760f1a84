/**
 * Builds the prerequisites of a run: the packages of bench/, and the service as plain JavaScript, the only form that is
 * measured.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Options } from './options.js';

const BENCH = import.meta.dirname;
const BUILT = resolve(BENCH, '../.latchkey-bench-build');
const TYPESCRIPT = new URL('../harness/typescript.js', import.meta.url).href;

/** Throws when the packages cannot be installed or the service does not compile. */
export function build({ hasPeer, isCompiled }: Options): void {
  if (hasPeer && !existsSync(join(BENCH, 'node_modules'))) {
    execFileSync('npm', ['ci', '--prefix', BENCH, '--no-audit', '--no-fund'], { stdio: 'inherit' });
  }
  if (!isCompiled) return;
  const compiler = resolve(BENCH, '../node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(BENCH, 'tsconfig.build.json')], { stdio: 'inherit' });
}

/**
 * Returns the arguments of `node` that start the compiled form of a file, whose path is relative to the repository's
 * root.
 */
export function compiled(source: string): string[] {
  return [join(BUILT, source.replace(/\.ts$/, '.js'))];
}

/** Returns the arguments of `node` that start the same file as TypeScript. */
export function uncompiled(source: string): string[] {
  return ['--import', TYPESCRIPT, resolve(BENCH, '..', source)];
}
