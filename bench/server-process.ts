/** Measured process: started for a measurement, asked for its usage, ended afterwards. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../harness/ports.js';
import type { Usage } from './usage.js';

const START_TIMEOUT_MS = 120_000;
const ANSWER_TIMEOUT_MS = 5_000;

export class ServerProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Resolves when `GET /readyz` succeeds. `args` are arguments of `node`. */
  static async start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ServerProcess> {
    const port = await freePort();
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const endWithThis = (): void => void child.kill('SIGKILL');
    process.once('exit', endWithThis);
    child.once('exit', () => process.off('exit', endWithThis));
    const server = new ServerProcess(`http://127.0.0.1:${port}`, child);
    await server.untilReady();
    return server;
  }

  /** Usage of a process that imports usage.ts. Memory is in bytes, including garbage that is not collected yet. */
  async usage(): Promise<Usage> {
    const answer = once(this.child, 'message');
    this.child.send('usage');
    const [usage] = (await answer) as [Usage];
    return usage;
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async untilReady(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < deadline && !this.hasEnded) {
      const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }).catch(
        () => null,
      );
      if (response?.ok) return;
      await sleep(50);
    }
    this.child.kill('SIGKILL');
    throw new Error('a measured process did not get ready');
  }
}
