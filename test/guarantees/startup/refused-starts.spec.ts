/** A start that cannot succeed says why once, names the variable, tells no secret, and exits 1. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createTestDatabase } from '../../support/database.js';
import { newDataDir, ordinaryUser, readableForOthers } from '../../support/embedded-process.js';
import { portOf, runService } from '../../support/service-run.js';

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

  it('is at fault as a whole when its .env is not UTF-8', async () => {
    const dataDir = newDataDir();
    writeFileSync(join(dataDir, '.env'), Buffer.from('\uFEFFDATABASE_URL=postgres://canary', 'utf16le'));
    expect(await refusal(dataDir)).toContain('- .env is not UTF-8');
    expect(readdirSync(dataDir)).toEqual(['.env']);
  });

  it('loses nothing to a byte order mark, and names what is misspelt in .env and in the environment', async () => {
    const dataDir = newDataDir();
    writeFileSync(join(dataDir, '.env'), '\uFEFFPORT=canary\r\nDATABSE_URL=postgres://canary\r\n');
    const said = await refusal(dataDir, { PORT: 'canary', TOKEN_PREFX: 'canary' });
    expect(said).toContain('- PORT must be a whole number');
    expect(said).toContain('- DATABSE_URL in .env is no variable of this service; was DATABASE_URL meant?');
    expect(said).toContain('- TOKEN_PREFX is no variable of this service; was TOKEN_PREFIX meant?');
    expect(readdirSync(dataDir)).toEqual(['.env']);
  });
});

describe('the address', () => {
  const taken = createServer();
  beforeAll(() => new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void taken.close());
  const port = (): string => String((taken.address() as AddressInfo).port);

  it.each([[[]], [['--workers', '2']]])(
    'that is taken is reported once, before a database is made (%j)',
    async (args) => {
      const dataDir = newDataDir();
      const said = await refusal(dataDir, { PORT: port() }, { args });
      expect(said).toMatch(/^Latchkey: PORT \d+: address already in use on 127\.0\.0\.1\. .* \(EADDRINUSE\)\.$/);
      expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    },
  );
});

describe('the data directory', () => {
  const asOther = readableForOthers && ordinaryUser.uid !== undefined ? it : it.skip;

  asOther('of one’s own that is closed is not said to be another user’s', async () => {
    const dataDir = newDataDir(ordinaryUser);
    chmodSync(dataDir, 0o555);
    const said = await refusal(dataDir, {}, { account: ordinaryUser });
    expect(said).toContain(`DATA_DIR: ${dataDir}/secrets cannot be used: permission denied (EACCES). `);
    expect(said).not.toMatch(/belongs to/);
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

it('names DATABASE_URL once when nothing listens there', async () => {
  const said = await refusal(newDataDir(), { DATABASE_URL: 'postgres://canary:canary@localhost:1/canary' });
  expect(said).toMatch(/^Latchkey: DATABASE_URL: nothing listens .* \(ECONNREFUSED\)\.$/);
});

describe('with workers', () => {
  it('a refused check is said once, and ends all', async () => {
    const database = await createTestDatabase();
    await database.setDefault('synchronous_commit = off');
    const said = await refusal(newDataDir(), { DATABASE_URL: database.url }, { args: ['--workers', '2'] });
    expect(said.match(/synchronous_commit/g)).toHaveLength(1);
    expect(said.split('\n')).toHaveLength(1);
    await database.drop();
  });
});
