/** Built service as its own process, started like `npm start`, for promises about a whole process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

export class ServiceProcess {
  private written = '';

  private constructor(private readonly child: ChildProcess) {
    const collect = (chunk: Buffer): void => {
      this.written += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
  }

  /** Starts it on a free port with this environment alone, and waits until it reports that it is ready. */
  static async start(env: Readonly<Record<string, string>>, ...args: string[]): Promise<ServiceProcess> {
    if (!existsSync(ENTRY)) throw new Error('dist/ is missing: run `npm run build` first (`npm test` does)');
    const child = spawn(process.execPath, [ENTRY, ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new ServiceProcess(child);
    const deadline = Date.now() + 120_000;
    while (!service.url) {
      if (child.exitCode !== null || Date.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(`the service did not start:\n${service.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return service;
  }

  /** All output so far, log included. */
  get output(): string {
    return this.written;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get url(): string {
    const port = /Latchkey is ready at http:\/\/[^\s",]*:(\d+)/.exec(this.written)?.[1];
    return port === undefined ? '' : `http://127.0.0.1:${port}`;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const exit = once(this.child, 'exit') as Promise<[number | null]>;
    this.child.kill(signal);
    return (await exit)[0];
  }
}
