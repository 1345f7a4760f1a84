import { describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { newDataDir, usedDataDir } from '../../support/embedded-process.js';
import { portOf, runService as run } from '../../support/service-run.js';

// Whole processes, several a test: a busy machine takes its time.
jest.setTimeout(90_000);

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

  it('that comes from the terminal while the database is being made is no failure', async () => {
    const service = run(newDataDir(), {}, { detached: true });
    await service.says(/Creating the embedded database/);
    await sleep(200);
    process.kill(-Number(service.child.pid), 'SIGINT');
    expect(await service.exitCode).toBe(0);
    expect(service.said()).toMatch(/^Creating the embedded database .*\n$/);
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
