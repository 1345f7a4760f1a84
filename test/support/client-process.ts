/**
 * Official client in a separate process, which receives commands line by line, so that a test can act between two
 * calls. Only environment variables point it to the service, as for its users: see test/clients.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLIENTS = fileURLToPath(new URL('../clients/', import.meta.url));
const ANSWER = 'answer ';

export class ClientProcess {
  /** Output that the client itself has printed. */
  said = '';
  private readonly answers: ((answer: string) => void)[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly home: string,
  ) {
    child.stderr?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    if (!child.stdout) throw new Error('a client without output');
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith(ANSWER)) this.answers.shift()?.(line.slice(ANSWER.length));
      else this.said += `${line}\n`;
    });
  }

  /** `script`: file in test/clients. The key is in the configuration file of Tenderly's clients. */
  static start(script: string, url: string, accessKey: string | null, args: readonly string[] = []): ClientProcess {
    const home = mkdtempSync(join(tmpdir(), 'latchkey-client-'));
    if (accessKey !== null) {
      mkdirSync(join(home, '.tenderly'));
      writeFileSync(join(home, '.tenderly', 'config.yaml'), `access_key: ${accessKey}\n`);
    }
    const env = { PATH: process.env.PATH, HOME: home, https_proxy: url };
    const child = spawn(process.execPath, [script, ...args], { cwd: CLIENTS, env, stdio: ['pipe', 'pipe', 'pipe'] });
    return new ClientProcess(child, home);
  }

  /** Calls this method of the client and returns its result. */
  async call(method: string, ...args: unknown[]): Promise<unknown> {
    const answer = new Promise<string>((resolve, reject) => {
      this.answers.push(resolve);
      this.child.once('exit', () => {
        reject(new Error(`the client has ended: ${this.said}`));
      });
    });
    this.child.stdin?.write(`${JSON.stringify([method, ...args])}\n`);
    return JSON.parse(await answer) as unknown;
  }

  async end(): Promise<void> {
    this.child.stdin?.end();
    if (this.child.exitCode === null) await once(this.child, 'exit');
    rmSync(this.home, { recursive: true, force: true });
  }
}
