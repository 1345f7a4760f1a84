/**
 * Starts the run's PostgreSQL in a separate process (postgres-keeper.ts). Its stdin is a pipe from here. However this
 * run ends, by kill -9 too, the pipe closes and the keeper removes everything.
 *
 * Jest compiles this file as CommonJS without its module mapping, so it imports only types of this repository.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

declare global {
  var postgresKeeper: ChildProcess | undefined;
}

export default async function startPostgres({ rootDir }: { rootDir: string }): Promise<void> {
  const support = join(rootDir, 'test', 'support');
  const keeper = spawn(
    process.execPath,
    ['--import', './harness/typescript.js', join(support, 'postgres-keeper.ts')],
    // Own process group: Ctrl-C goes to the whole foreground group and must not stop the keeper before its cleanup.
    { cwd: rootDir, stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  const ready = once(createInterface(keeper.stdout), 'line') as Promise<[string]>;
  const ended = once(keeper, 'exit').then(([code]) => {
    throw new Error(`The tests' PostgreSQL did not start (exit ${String(code)}); see above.`);
  });
  const [line] = await Promise.race([ready, ended]);
  // If the keeper ends after this, the tests notice by losing their database.
  ended.catch(() => undefined);
  Object.assign(process.env, JSON.parse(line));
  globalThis.postgresKeeper = keeper;
}
