import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedServer } from '../../../src/platform/database/embedded/embedded-server.js';
import {
  clusterOf,
  newDataDir,
  ordinaryUser,
  postmasterOf,
  privateWorkingCopy,
  query,
  readableForOthers,
  startProcess,
  usedDataDir,
} from '../../support/embedded-process.js';

// Whole processes, several a test: a busy machine takes its time.
jest.setTimeout(90_000);

const servers: EmbeddedServer[] = [];

async function start(dataDir: string): Promise<EmbeddedServer> {
  const server = await EmbeddedServer.start({ dataDir });
  servers.push(server);
  return server;
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe('the embedded server', () => {
  it('is PostgreSQL 18 with an own order of text, reachable on loopback only, and durable', async () => {
    const { url } = await start(await usedDataDir());
    const names = "'server_version_num','listen_addresses','fsync','synchronous_commit'";
    const settings = await query(url, `SELECT name, setting FROM pg_settings WHERE name IN (${names}) ORDER BY name`);
    expect(settings.map(({ setting }) => setting)).toEqual(['on', '127.0.0.1', expect.stringMatching(/^18/), 'on']);
    const [database] = await query(
      url,
      `SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) AS encoding
      FROM pg_database WHERE datname = 'latchkey'`,
    );
    expect(database).toEqual({ datlocprovider: 'b', datlocale: 'C.UTF-8', encoding: 'UTF8' });
  });

  it('keeps its data from one run to the next', async () => {
    const dataDir = await usedDataDir();
    const first = await start(dataDir);
    await query(first.url, "INSERT INTO notes VALUES ('kept')");
    await first.stop();
    expect(await query((await start(dataDir)).url, 'SELECT text FROM notes')).toEqual([{ text: 'kept' }]);
  });

  it('lets in its one password, which no other data directory has, and no superuser', async () => {
    const { url } = await start(newDataDir());
    const other = new URL(url);
    other.password = readFileSync(join(await usedDataDir(), 'postgres', 'password'), 'utf8').trim();
    await expect(query(other.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await expect(query(url.replace('//latchkey:', '//postgres:'), 'SELECT 1')).rejects.toThrow(
      'password authentication',
    );
    expect(await query(url, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([
      { rolsuper: false },
    ]);
  });

  it('keeps password and address readable for their owner alone, and the address only while it runs', async () => {
    const dataDir = await usedDataDir();
    const server = await start(dataDir);
    const home = join(dataDir, 'postgres');
    expect(readFileSync(join(home, 'url'), 'utf8').trim()).toBe(server.url);
    const paths = [home, clusterOf(dataDir), join(home, 'password'), join(home, 'url'), join(home, 'server.log')];
    expect(paths.map(modeOf)).toEqual(['700', '700', '600', '600', '600']);
    await server.stop();
    expect(existsSync(join(home, 'url'))).toBe(false);
  });

  it('ends with stop, and stopping twice is stopping once', async () => {
    const dataDir = await usedDataDir();
    const server = await start(dataDir);
    const pid = postmasterOf(dataDir);
    await Promise.all([server.stop(), server.stop()]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('refuses the files of another PostgreSQL version', async () => {
    const dataDir = await usedDataDir();
    writeFileSync(join(clusterOf(dataDir), 'PG_VERSION'), '17\n');
    await expect(start(dataDir)).rejects.toThrow(/is of PostgreSQL 17, and this release embeds 18/);
  });
});

describe('a second start in the same data directory', () => {
  it('is refused with the directory and the pid, and the first one goes on', async () => {
    const dataDir = await usedDataDir();
    const first = await startProcess(dataDir);
    const words = `The data directory ${dataDir} is in use by process ${String(first.pid)}.`;
    await expect(startProcess(dataDir)).rejects.toThrow(words);
    await expect(start(dataDir)).rejects.toThrow(words);
    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await first.kill('SIGTERM')).toBe(0);
  });

  it('is won by exactly one of several that come together', async () => {
    const dataDir = await usedDataDir();
    const starts = await Promise.allSettled([startProcess(dataDir), startProcess(dataDir), startProcess(dataDir)]);
    const winners = starts.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(winners).toHaveLength(1);
    await winners[0]?.kill('SIGTERM');
  });
});

describe('the user it runs as', () => {
  const ordinary = readableForOthers ? it : it.skip;
  const asRoot = process.getuid?.() === 0 ? it : it.skip;

  ordinary('may be an ordinary user, and root in between', async () => {
    const dataDir = newDataDir(ordinaryUser);
    for (const account of [ordinaryUser, {}, ordinaryUser]) {
      const server = await startProcess(dataDir, account);
      expect(statSync(`/proc/${String(postmasterOf(dataDir))}`).uid).toBe(ordinaryUser.uid ?? process.getuid?.());
      expect(await server.kill('SIGTERM')).toBe(0);
    }
  });

  asRoot('is never root, whose own files stay closed to it', async () => {
    const dataDir = await usedDataDir();
    await start(dataDir);
    const { uid } = statSync(`/proc/${String(postmasterOf(dataDir))}`);
    expect(uid).not.toBe(0);
    expect([dataDir, join(dataDir, 'postgres')].map((path) => statSync(path).uid)).toEqual([0, 0]);
    expect([dataDir, join(dataDir, 'postgres')].map(modeOf)).toEqual(['700', '700']);
  });

  asRoot('reaches programs and data below a folder that is closed to everybody else, such as /root', async () => {
    const { folder, sources } = privateWorkingCopy();
    const server = await startProcess(join(folder, 'data'), {}, sources);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await server.kill('SIGTERM')).toBe(0);
  });

  asRoot('is told when the data directory is not its own', async () => {
    const dataDir = await usedDataDir();
    await expect(startProcess(dataDir, ordinaryUser)).rejects.toThrow(`${dataDir} belongs to user id 0`);
  });
});
