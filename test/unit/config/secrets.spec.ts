import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadConfig } from '../../../config/env.js';
import { faultsOf, newDirectory } from './support.js';

const LOCAL = 'postgres://latchkey:pw@localhost/latchkey';
const REMOTE = 'postgres://latchkey:pw@db.internal/latchkey';
const NEEDED = ['TOKEN_HASH_KEYS', 'JWT_PRIVATE_KEY', 'LEDGER_ENCRYPTION_KEYS'];

function newDataDir(): string {
  return join(newDirectory(), 'data');
}

describe('missing secrets', () => {
  it.each([
    ['the embedded database', {}],
    ['the embedded database in production', { NODE_ENV: 'production' }],
    ['a database on localhost', { DATABASE_URL: LOCAL }],
    ['a database on 127.0.0.2', { DATABASE_URL: 'postgres://127.0.0.2:5433/x' }],
    ['a database on ::1', { DATABASE_URL: 'postgresql://[::1]/x' }],
    ['a database on a unix socket', { DATABASE_URL: 'postgres:///x?host=/run/postgresql' }],
    ['a database on a unix socket with a user', { DATABASE_URL: 'postgres://u:p@/x?host=/run/postgresql' }],
    ['a database on a unix socket with a port', { DATABASE_URL: 'postgres://u@:5433/x?host=/run/postgresql' }],
    ['a database on an encoded unix socket', { DATABASE_URL: 'postgres://%2Frun%2Fpostgresql/x' }],
  ])('are generated for %s', (_, env) => {
    expect(faultsOf({ ...env, DATA_DIR: newDataDir() }).names).toEqual([]);
  });

  it.each([
    ['a database elsewhere', { DATABASE_URL: REMOTE }],
    ['a database elsewhere in tests', { DATABASE_URL: REMOTE, NODE_ENV: 'test' }],
    ['a local database in production', { DATABASE_URL: LOCAL, NODE_ENV: 'production' }],
    ['a database behind a misleading host', { DATABASE_URL: 'postgres://localhost/x?host=db.internal' }],
    ['a database whose name begins like an address', { DATABASE_URL: 'postgres://127.0.0.1.example.com/x' }],
    ['an unspecified address', { DATABASE_URL: 'postgres://0.0.0.0/x' }],
  ])('stop the start with %s, and nothing is generated', (_, env) => {
    const dataDir = newDataDir();
    expect(faultsOf({ ...env, DATA_DIR: dataDir }).names).toEqual(NEEDED);
    expect(statSync(dataDir, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('are not generated while anything else is wrong', () => {
    const dataDir = newDataDir();
    faultsOf({ DATA_DIR: dataDir, PORT: 'abc' });
    expect(statSync(dataDir, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('generated secrets', () => {
  it('stay the same from start to start', () => {
    const env = { DATA_DIR: newDataDir() };
    const [first, second] = [loadConfig(env), loadConfig(env)];
    expect(second.tokens.hashKeys[0].key.equals(first.tokens.hashKeys[0].key)).toBe(true);
    expect(second.ledgerAccounts.encryptionKeys[0].key.equals(first.ledgerAccounts.encryptionKeys[0].key)).toBe(true);
    expect(second.sessions.jwtPrivateKey.equals(first.sessions.jwtPrivateKey)).toBe(true);
  });

  it('open the metrics for no start without one', () => {
    const dataDir = newDataDir();
    const { metricsToken } = loadConfig({ DATA_DIR: dataDir }).http;
    expect(metricsToken).toMatch(/^[\w-]{43}$/);
    expect(loadConfig({ DATA_DIR: dataDir }).http.metricsToken).toBe(metricsToken);
    expect(loadConfig({ DATA_DIR: newDataDir() }).http.metricsToken).not.toBe(metricsToken);
  });

  it('are readable for their owner alone, and leave no drafts', () => {
    const dataDir = newDataDir();
    loadConfig({ DATA_DIR: dataDir });
    const directory = join(dataDir, 'secrets');
    expect(readdirSync(directory).sort()).toEqual([
      'jwt-private-key.pem',
      'ledger-encryption-keys',
      'metrics-token',
      'token-hash-keys',
    ]);
    const modes = [directory, ...readdirSync(directory).map((name) => join(directory, name))];
    expect(modes.map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(['700', '600', '600', '600', '600']);
  });

  it('differ from one data directory to the next', () => {
    const [one, other] = [loadConfig({ DATA_DIR: newDataDir() }), loadConfig({ DATA_DIR: newDataDir() })];
    expect(one.tokens.hashKeys[0].key.equals(other.tokens.hashKeys[0].key)).toBe(false);
  });

  it('are the same for processes that start together, in each of 30 rounds', async () => {
    const root = newDirectory();
    // Two processes meet every 20 ms, each time at a new data directory.
    const script = `import { loadConfig } from './config/env.ts';
      for (let round = 0; round < 30; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, ${String(Date.now() + 1_200)} + round * 20 - Date.now()));
        console.log(loadConfig({ DATA_DIR: '${root}/' + round }).tokens.hashKeys[0].key.toString('hex'));
      }`;
    const args = ['--import', './harness/typescript.js', '--input-type=module', '--eval', script];
    const [one, other] = await Promise.all([1, 2].map(() => promisify(execFile)(process.execPath, args)));
    expect(one?.stdout.trim().split('\n')).toHaveLength(30);
    expect(other?.stdout).toBe(one?.stdout);
  });

  it('stop the start, unnamed, when their file is damaged', () => {
    const dataDir = newDataDir();
    loadConfig({ DATA_DIR: dataDir });
    const file = join(dataDir, 'secrets', 'token-hash-keys');
    writeFileSync(file, `${readFileSync(file, 'utf8').slice(0, 20)}\n`);
    const { names, message } = faultsOf({ DATA_DIR: dataDir });
    expect(names).toEqual(['TOKEN_HASH_KEYS']);
    expect(message).not.toContain(readFileSync(file, 'utf8').trim());
  });

  it.each([
    ['is a file', (root: string) => join(root, 'file'), 'a file is where a directory has to be'],
    ['is below a file', (root: string) => join(root, 'file', 'data'), 'a file is where a directory has to be'],
    ['cannot be made', () => '/proc/latchkey', 'it cannot be made there'],
  ])('cannot be made where DATA_DIR %s, which is said of DATA_DIR', (_, dataDir, words) => {
    const root = newDirectory();
    writeFileSync(join(root, 'file'), '');
    const { names, message } = faultsOf({ DATA_DIR: dataDir(root) });
    expect(names).toEqual(['DATA_DIR:']);
    expect(message).toContain(words);
    expect(message).not.toContain('belongs to');
  });
});
