/** Waits until the run's databases are dropped. */
import { once } from 'node:events';

export default async function stopPostgres(): Promise<void> {
  const keeper = globalThis.postgresKeeper;
  if (keeper?.exitCode !== null) return;
  const ended = once(keeper, 'exit');
  keeper.stdin?.end();
  await ended;
}
