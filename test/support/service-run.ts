/** Run of the built service, from its start to its end, for failing starts too. */
import { afterEach } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './embedded-process.js';

export interface ServiceRun {
  readonly child: ChildProcess;
  /** All output so far on both channels. */
  said(): string;
  /** Resolves with the first match, or rejects when the process ends without one. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exitCode: Promise<number | null>;
}

interface RunOptions {
  readonly args?: readonly string[];
  readonly account?: Account;
  /** Own process group, which receives signals like the one of a terminal. */
  readonly detached?: boolean;
}

const children: ChildProcess[] = [];

afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** Starts the built service (`npm test` builds it) in its own working directory, without a .env. */
export function runService(dataDir: string, env: Record<string, string> = {}, options: RunOptions = {}): ServiceRun {
  const { args = [], account = {}, detached = false } = options;
  const child = spawn(process.execPath, [resolve('dist/src/main.js'), ...args], {
    ...account,
    detached,
    cwd: dataDir,
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: 'pipe',
  });
  children.push(child);
  let text = '';
  for (const channel of [child.stdout, child.stderr]) channel.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(text);
      if (match !== null) return match;
      if (child.exitCode !== null) throw new Error(text);
      await sleep(25);
    }
  };
  return { child, said: () => text, says, exitCode };
}

/** Resolves with the port in the service's ready line. */
export async function portOf(run: ServiceRun): Promise<number> {
  const [, port] = await run.says(/Latchkey is ready at http:\/\/localhost:(\d+)/);
  return Number(port);
}
