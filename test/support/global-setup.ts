/**
 * Starts the run's PostgreSQL in a process of its own (postgres-keeper.ts). Its stdin is a pipe from here: however this
 * run ends, by kill -9 too, the pipe closes and the keeper takes everything away.
 *
 * Jest compiles this file as CommonJS without its module mapping, so it imports nothing of ours but types.
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
    // A session of its own: Ctrl-C goes to the whole foreground group and must not stop the keeper before it cleaned up.
    { cwd: rootDir, stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  const ready = once(createInterface(keeper.stdout), 'line') as Promise<[string]>;
  const ended = once(keeper, 'exit').then(([code]) => {
    throw new Error(`The tests' PostgreSQL did not start (exit ${String(code)}); see above.`);
  });
  const [line] = await Promise.race([ready, ended]);
  // From now on an end of the keeper is seen by the tests that lose their database.
  ended.catch(() => undefined);
  Object.assign(process.env, JSON.parse(line));
  globalThis.postgresKeeper = keeper;
}
