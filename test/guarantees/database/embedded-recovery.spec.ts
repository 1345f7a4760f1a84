import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  clusterOf,
  newDataDir,
  postmasterOf,
  query,
  spawnServer,
  startProcess,
  usedDataDir,
  type ServerProcess,
} from '../../support/embedded-process.js';
import { until } from '../../support/until.js';

async function startWithNote(dataDir: string): Promise<ServerProcess> {
  const server = await startProcess(dataDir);
  await query(server.url, "INSERT INTO notes VALUES ('committed')");
  return server;
}

/** Starts once more, and answers what is in the table. */
async function notesAfterRestart(dataDir: string): Promise<unknown[]> {
  const server = await startProcess(dataDir);
  const notes = await query(server.url, 'SELECT text FROM notes');
  await server.kill('SIGTERM');
  return notes.map(({ text }) => text);
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${String(pid)}`);
}

describe('the next start recovers', () => {
  it('after kill -9 of the service: its orphaned server is ended first, and nothing committed is lost', async () => {
    const dataDir = await usedDataDir();
    const service = await startWithNote(dataDir);
    const orphan = postmasterOf(dataDir);
    await service.kill('SIGKILL');
    expect(isAlive(orphan)).toBe(true);
    expect(await notesAfterRestart(dataDir)).toEqual(['committed']);
    await until(() => !isAlive(orphan));
  });

  it('after kill -9 of the service and its server, while a worker of the server still computes', async () => {
    const dataDir = await usedDataDir();
    const service = await startWithNote(dataDir);
    const busy = query(service.url, 'SELECT count(*) FROM generate_series(1, 10000000000)').catch(() => undefined);
    await sleep(100);
    process.kill(postmasterOf(dataDir), 'SIGKILL');
    await service.kill('SIGKILL');
    expect(await notesAfterRestart(dataDir)).toEqual(['committed']);
    await busy;
  });

  it("when the dead server's pid meanwhile belongs to another process, which stays untouched", async () => {
    const dataDir = await usedDataDir();
    // PostgreSQL itself is misled only by a process of its own user.
    const { uid, gid } = statSync(clusterOf(dataDir));
    const bystander = spawn('sleep', ['60'], { uid, gid });
    writeFileSync(join(clusterOf(dataDir), 'postmaster.pid'), `${String(bystander.pid)}\n${clusterOf(dataDir)}\n`);
    expect(await notesAfterRestart(dataDir)).toEqual([]);
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    bystander.kill();
  });

  it.each([300, 700])('after kill -9 within the very first start (%i ms)', async (afterMs) => {
    const dataDir = newDataDir();
    const service = spawnServer(dataDir);
    await sleep(afterMs);
    service.kill('SIGKILL');
    const server = await startProcess(dataDir);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.kill('SIGTERM');
    expect(readdirSync(dataDir).sort()).toEqual(['lock', 'postgres']);
  });

  it('from a half-made database', async () => {
    const dataDir = newDataDir();
    mkdirSync(join(dataDir, 'postgres.new-abc123', 'data', 'base'), { recursive: true });
    await (await startProcess(dataDir)).kill('SIGTERM');
    expect(readdirSync(dataDir).sort()).toEqual(['lock', 'postgres']);
  });
});

describe('while the service runs', () => {
  it('a server that was killed comes back on the same address', async () => {
    const dataDir = await usedDataDir();
    const service = await startWithNote(dataDir);
    const killed = postmasterOf(dataDir);
    process.kill(killed, 'SIGKILL');
    await until(() => !isAlive(killed));
    await until(() =>
      query(service.url, 'SELECT 1')
        .then(() => true)
        .catch(() => false),
    );
    expect(await query(service.url, 'SELECT text FROM notes')).toEqual([{ text: 'committed' }]);
    expect(await service.kill('SIGTERM')).toBe(0);
  });

  it('Ctrl-C, which goes to the whole process group, leaves the server to the service', async () => {
    const dataDir = await usedDataDir();
    const service = await startWithNote(dataDir);
    const postmaster = postmasterOf(dataDir);
    process.kill(-service.pid, 'SIGINT');
    await sleep(200);
    expect(postmasterOf(dataDir)).toBe(postmaster);
    expect(await query(service.url, 'SELECT text FROM notes')).toEqual([{ text: 'committed' }]);
    expect(await service.kill('SIGTERM')).toBe(0);
  });

  it('a service that exits without stopping its server takes it along', async () => {
    const dataDir = await usedDataDir();
    const service = spawnServer(dataDir);
    await until(() => existsSync(join(dataDir, 'postgres', 'url')));
    const postmaster = postmasterOf(dataDir);
    service.stdin?.end();
    await until(() => !isAlive(postmaster));
  });
});
