/** Makes what the run needs: the packages of bench/ and the service as plain JavaScript, which alone is measured. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const BENCH = import.meta.dirname;
const BUILT = resolve(BENCH, '../.latchkey-bench-build');

/** Throws when the packages cannot be had or the service does not compile. */
export function build(): void {
  if (!existsSync(join(BENCH, 'node_modules'))) {
    execFileSync('npm', ['ci', '--prefix', BENCH, '--no-audit', '--no-fund'], { stdio: 'inherit' });
  }
  const compiler = resolve(BENCH, '../node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(BENCH, 'tsconfig.build.json')], { stdio: 'inherit' });
}

/** The compiled form of a file, named from the top of the repository. */
export function built(source: string): string {
  return join(BUILT, source.replace(/\.ts$/, '.js'));
}
