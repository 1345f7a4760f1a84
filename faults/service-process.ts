/** Process of the service, with its faults. It always restarts on the same port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.js';

const READY_TIMEOUT_MS = 60_000;
const EXIT_WITH_PARENT = new URL('./preload/exit-with-parent.js', import.meta.url).href;

export interface ServiceOptions {
  readonly name: string;
  readonly port: number;
  /** Arguments of `node`. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
}

export class ServiceProcess {
  private child: ChildProcess | null = null;
  private isMeantToRun = false;

  /** `onCrash` is called for every end that the harness did not cause. */
  constructor(
    private readonly options: ServiceOptions,
    private readonly onCrash: (description: string) => void,
  ) {}

  /** Resolves when the process reports that it is ready. */
  async start(env: NodeJS.ProcessEnv = {}, preload: readonly string[] = []): Promise<void> {
    const { command, logFile } = this.options;
    const log = openSync(logFile, 'a', 0o600);
    const imports = [EXIT_WITH_PARENT, ...preload].flatMap((url) => ['--import', url]);
    const child = spawn(process.execPath, [...imports, ...command], {
      env: { ...this.options.env, ...env },
      // A directory without the repository's .env.
      cwd: dirname(logFile),
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.child = child;
    this.isMeantToRun = true;
    const killWithHarness = (): void => void child.kill('SIGKILL');
    process.on('exit', killWithHarness);
    child.once('exit', (code, signal) => {
      process.off('exit', killWithHarness);
      if (this.child === child && this.isMeantToRun) this.crashed(String(code ?? signal));
    });
    await this.untilReady(child);
  }

  async kill(): Promise<void> {
    this.isMeantToRun = false;
    const { child } = this;
    if (!child || hasEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Stops every thread; the kernel still accepts connections and bytes for the process. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  hasLogged(text: string): boolean {
    return readFileSync(this.options.logFile, 'utf8').includes(text);
  }

  private async untilReady(child: ChildProcess): Promise<void> {
    const connection = new Connection(this.options.name, this.options.port);
    const deadline = performance.now() + READY_TIMEOUT_MS;
    try {
      while (!hasEnded(child)) {
        const { response } = await connection.send({ method: 'GET', path: '/readyz' });
        if (response?.status === 200) return;
        if (performance.now() > deadline) throw new Error(`${this.options.name} does not get ready${this.lastWords()}`);
        await sleep(25);
      }
    } finally {
      connection.close();
    }
    throw new Error(`${this.options.name} ended before it was ready${this.lastWords()}`);
  }

  private crashed(how: string): void {
    this.onCrash(`${this.options.name} ended by itself (${how})${this.lastWords()}`);
  }

  private lastWords(): string {
    return `:\n${readFileSync(this.options.logFile, 'utf8').slice(-2_000)}`;
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
