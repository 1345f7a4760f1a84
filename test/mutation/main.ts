/**
 * `npm run mutation`: Stryker, with one PostgreSQL for the whole run. A server that a Jest under Stryker had started would
 * leave its files behind, because Stryker ends whoever hangs, and all they have started, by SIGKILL.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import startPostgres from '../support/global-setup.js';
import stopPostgres from '../support/global-teardown.js';

await startPostgres({ rootDir: process.cwd() });
// npm puts its commands into the path. Ctrl-C reaches Stryker as well, which then says what it has found out.
process.on('SIGINT', () => undefined);
const stryker = spawn('stryker', ['run', ...process.argv.slice(2)], { stdio: 'inherit' });
process.on('SIGTERM', () => stryker.kill());
try {
  const [exitCode] = (await once(stryker, 'exit')) as [number | null];
  process.exitCode = exitCode ?? 1;
} finally {
  await stopPostgres();
}
