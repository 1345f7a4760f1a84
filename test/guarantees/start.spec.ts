import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { newDataDir, usedDataDir } from '../support/embedded-process.js';

// Whole processes, several a test: a busy machine takes its time.
jest.setTimeout(90_000);

const processes: ChildProcess[] = [];

afterEach(() => processes.splice(0).forEach((child) => child.kill('SIGKILL')));

interface Service {
  readonly child: ChildProcess;
  /** Everything said so far on both channels. */
  said(): string;
  /** Resolves with the first match, or rejects when the process ends without. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exitCode: Promise<number | null>;
}

/** The service as built (`npm test` builds it), in a working directory of its own, where there is no .env. */
function run(dataDir: string, env: Record<string, string> = {}): Service {
  const entry = resolve('dist/src/main.js');
  const options = {
    cwd: dataDir,
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: 'pipe',
  } as const;
  const child = spawn(process.execPath, [entry], options);
  processes.push(child);
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

async function portOf(service: Service): Promise<number> {
  const [, port] = await service.says(/Latchkey is ready at http:\/\/127\.0\.0\.1:(\d+)/);
  return Number(port);
}

/** A request whose body is still on its way: `finish` sends the rest and answers the response. */
async function requestInFlight(port: number): Promise<{ finish: () => Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  const head =
    'POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n';
  socket.write(`${head}{`);
  await sleep(200);
  return {
    finish: async () => {
      let response = '';
      socket.on('data', (chunk: Buffer) => (response += chunk.toString()));
      socket.write('}');
      await once(socket, 'close');
      return response;
    },
  };
}

describe('the start', () => {
  it('needs nothing but a directory, and says where everything is', async () => {
    const dataDir = newDataDir();
    const service = run(dataDir);
    const port = await portOf(service);
    expect(service.said()).toContain(`data in ${dataDir}, mails in ${dataDir}/outbox`);
    expect((await fetch(`http://127.0.0.1:${String(port)}/healthz`)).status).toBe(200);
    service.child.kill('SIGTERM');
    expect(await service.exitCode).toBe(0);
  });

  it('lists what is wrong with the configuration and exits 1', async () => {
    const service = run(newDataDir(), { PORT: 'abc', TOKEN_PREFIX: 'canary canary' });
    expect(await service.exitCode).toBe(1);
    expect(service.said()).toMatch(
      /The configuration is not valid:\n {2}- PORT must .*\n {2}- TOKEN_PREFIX must .*\n$/,
    );
    expect(service.said()).not.toContain('canary');
  });

  it('stops its database again when the port is taken', async () => {
    const first = run(await usedDataDir());
    const second = run(await usedDataDir(), { PORT: String(await portOf(first)) });
    expect(await second.exitCode).toBe(1);
    expect(second.said()).toContain('address already in use');
    first.child.kill('SIGTERM');
    expect(await first.exitCode).toBe(0);
  });
});

describe('a signal to end', () => {
  it('lets the request in flight finish, takes no new one, and exits 0', async () => {
    const service = run(await usedDataDir());
    const port = await portOf(service);
    const { finish } = await requestInFlight(port);
    service.child.kill('SIGTERM');
    await sleep(200);
    await expect(fetch(`http://127.0.0.1:${String(port)}/healthz`)).rejects.toThrow();
    expect(await finish()).toMatch(/^HTTP\/1\.1 422 /);
    expect(await service.exitCode).toBe(0);
  });

  it('that comes a second time ends at once with 1', async () => {
    const service = run(await usedDataDir());
    await requestInFlight(await portOf(service));
    service.child.kill('SIGINT');
    await sleep(500);
    service.child.kill('SIGINT');
    expect(await service.exitCode).toBe(1);
  });
});
