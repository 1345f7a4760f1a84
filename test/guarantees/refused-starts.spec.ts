/** A start that cannot succeed says why once, names the variable, tells no secret, and exits 1. */
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newHashKey, newPem } from '../unit/config/support.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { newDataDir, ordinaryUser, readableForOthers } from '../support/embedded-process.js';
import { refusingWith, untrusted, web } from '../support/fake-postgres.js';
import { portOf, runService } from '../support/service-run.js';

jest.setTimeout(60_000);

/** What was said by a service that exits 1. */
async function refusal(...run: Parameters<typeof runService>): Promise<string> {
  const service = runService(...run);
  expect(await service.exitCode).toBe(1);
  expect(service.said()).not.toMatch(/^ +at |canary/m);
  return service.said().trim();
}

describe('the configuration', () => {
  it('lists what is wrong with it and exits 1', async () => {
    const said = await refusal(newDataDir(), { PORT: 'abc', TOKEN_PREFIX: 'canary canary' });
    expect(said).toMatch(/^The configuration is not valid:\n {2}- PORT must .*\n {2}- TOKEN_PREFIX must .*$/);
  });

  it.each([
    ['a byte order mark before it', '\uFEFFDATABSE_URL=postgres://canary\n', 'DATABSE_URL in .env is no variable'],
    ['UTF-16', Buffer.from('\uFEFFPORT=3000', 'utf16le'), '.env is not UTF-8'],
    ['UTF-16 without a mark', Buffer.from('PORT=3000', 'utf16le'), '.env is not UTF-8'],
    ['Latin-1', Buffer.from('MAIL_FROM=Zoë <z@example.test>', 'latin1'), '.env is not UTF-8'],
    ['a line that is none', 'DATABASE_URL postgres://canary', '.env, line 1: '],
  ])('stops the start for a .env with %s', async (_, content, fault) => {
    const dataDir = newDataDir();
    writeFileSync(join(dataDir, '.env'), content);
    expect(await refusal(dataDir)).toContain(fault);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  });

  it.each([
    ['a directory', (path: string) => mkdirSync(path), 'EISDIR'],
    ['a link to nowhere', (path: string) => symlinkSync('nowhere', path), 'ENOENT'],
  ])('stops the start for a .env that is %s', async (_, make, code) => {
    const dataDir = newDataDir();
    make(join(dataDir, '.env'));
    expect(await refusal(dataDir)).toContain(`.env cannot be read (${code})`);
  });

  it('is read whole from a .env with a byte order mark', async () => {
    const dataDir = newDataDir();
    writeFileSync(join(dataDir, '.env'), `\uFEFFDATABASE_URL=postgres://u:p@127.0.0.1:1/x\r\nLOG_LEVEL=silent\r\n`);
    expect(await refusal(dataDir)).toMatch(/^Latchkey: DATABASE_URL: .*ECONNREFUSED/);
  });

  it('is not taken from a misspelt variable of the process', async () => {
    expect(await refusal(newDataDir(), { DATABSE_URL: 'postgres://canary' })).toContain('was DATABASE_URL meant?');
  });
});

describe('the address', () => {
  const taken = createServer();
  beforeAll(() => new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void taken.close());
  const port = (): string => String((taken.address() as AddressInfo).port);

  it.each([[[]], [['--workers', '2']]])('that is taken is reported once, before a database is made (%j)', async (args) => {
    const dataDir = newDataDir();
    const said = await refusal(dataDir, { PORT: port() }, { args });
    expect(said).toMatch(/^Latchkey: PORT \d+: address already in use on 127\.0\.0\.1\. .* \(EADDRINUSE\)\.$/);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  });

  it('that is none of this machine is named by HOST', async () => {
    expect(await refusal(newDataDir(), { HOST: '203.0.113.1' })).toMatch(/^Latchkey: HOST 203\.0\.113\.1: .*\.$/);
  });
});

describe('the data directory', () => {
  const asOther = readableForOthers && ordinaryUser.uid !== undefined ? it : it.skip;

  asOther('of one’s own that is closed is not said to be another user’s', async () => {
    const dataDir = newDataDir(ordinaryUser);
    const closed = join(dataDir, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o777);
    const inside = join(closed, 'data');
    chmodSync(closed, 0o555);
    const said = await refusal(dataDir, { DATA_DIR: inside }, { account: ordinaryUser });
    expect(said).toContain(`DATA_DIR: `);
    expect(said).toContain('permission denied (EACCES)');
  });

  it('that is a file is named as one', async () => {
    const dataDir = newDataDir();
    writeFileSync(join(dataDir, 'file'), '');
    const said = await refusal(dataDir, { DATA_DIR: join(dataDir, 'file') });
    expect(said).toMatch(/DATA_DIR: .* a file is where a directory has to be/);
    expect(said).not.toContain('another user');
  });

  it('may have blanks and quotes in its path', async () => {
    const dataDir = join(newDataDir(), `it's "mine" ü`);
    mkdirSync(dataDir);
    const service = runService(dataDir);
    await portOf(service);
    service.child.kill('SIGTERM');
    expect(await service.exitCode).toBe(0);
  });
});

describe('DATABASE_URL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const refused = (url: string): Promise<string> => refusal(newDataDir(), { DATABASE_URL: url });
  const changed = (change: (url: URL) => void): string => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };

  it.each([
    ['nothing listens', () => 'postgres://canary:canary@127.0.0.1:1/canary', 'ECONNREFUSED'],
    ['nothing listens on any address', () => 'postgres://u@localhost:1/canary', 'ECONNREFUSED'],
    ['the host is unknown', () => 'postgres://u:canary@canary.invalid/x', /ENOTFOUND|EAI_AGAIN/],
    ['the socket is not there', () => 'postgres://u@/db?host=/canary', 'ENOENT'],
    ['the password is wrong', () => changed((url) => (url.password = 'canary')), '28P01'],
    ['there is no password', () => changed((url) => (url.password = '')), 'wants a password'],
    ['the database is unknown', () => changed((url) => (url.pathname = '/canary')), '3D000'],
    ['the server has no TLS', () => changed((url) => (url.search = '?sslmode=require')), 'TLS'],
    ['a certificate file is missing', () => changed((url) => (url.search = '?sslrootcert=/canary')), 'ENOENT'],
  ])('is named when %s', async (_, url, words) => {
    const said = await refused(url());
    expect(said).toMatch(/^(?:\(node.*\n)*Latchkey: DATABASE_URL: .*\.$/);
    expect(said).toMatch(words);
  });

  it('is named when a server has no connection left', async () => {
    const full = await createTestDatabase();
    await full.query(`ALTER DATABASE ${new URL(full.url).pathname.slice(1)} CONNECTION LIMIT 0`);
    expect(await refused(full.url)).toMatch(/^Latchkey: DATABASE_URL: .*\(53300\)\.$/);
    await full.drop();
  });

  it.each([
    ['starting up', () => refusingWith('57P03', 'the database system is starting up'), '', '57P03'],
    ['not trusted', () => untrusted(), '?sslmode=verify-full', 'certificate .* not trusted'],
    ['no PostgreSQL', () => web(), '', 'not PostgreSQL'],
  ])('is named when the server is %s', async (_, listening, search, words) => {
    const said = await refused(`postgres://u:canary@127.0.0.1:${String(await listening())}/x${search}`);
    expect(said).toMatch(new RegExp(`^Latchkey: DATABASE_URL: .*${words}.*$`));
  });

  it.each([
    'postgres://u:p%ss@127.0.0.1/x',
    'postgres://u:1/canary@127.0.0.1/x',
    'postgres://u:1#canary@127.0.0.1/x',
    'postgres://u:1?canary@127.0.0.1/x',
  ])('is refused when it is not percent-encoded: %s', async (url) => {
    expect(await refused(url)).toMatch(/^The configuration is not valid:\n {2}- DATABASE_URL .*percent-encoded/);
  });
});

describe('with workers', () => {
  it('a refused check is said once, and ends all', async () => {
    const database = await createTestDatabase();
    const dataDir = newDataDir();
    const keys = { TOKEN_HASH_KEYS: `v1:${newHashKey()}`, JWT_PRIVATE_KEY: newPem() };
    const env = { ...keys, DATABASE_URL: database.url, NODE_ENV: 'development' };
    await database.setDefault('synchronous_commit = off');
    const said = await refusal(dataDir, env, { args: ['--workers', '2'] });
    expect(said.match(/synchronous_commit/g)).toHaveLength(1);
    expect(said.split('\n')).toHaveLength(1);
    await database.drop();
  });

  it('a number that is none is refused', async () => {
    expect(await refusal(newDataDir(), {}, { args: ['--workers', '0'] })).toMatch(/^Latchkey: --workers takes/);
    expect(await refusal(newDataDir(), {}, { args: ['--wrokers', '2'] })).toMatch(/^Latchkey: .*--wrokers/);
  });
});
