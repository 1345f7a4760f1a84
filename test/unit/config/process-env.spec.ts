import { describe, expect, it } from '@jest/globals';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../../config/process-env.js';
import { newDirectory } from './support.js';

function read(content: string | Buffer, env: Record<string, string> = {}): ReturnType<typeof readEnvironment> {
  const path = join(newDirectory(), '.env');
  writeFileSync(path, content);
  return readEnvironment(path, env);
}

describe('the environment', () => {
  it('is completed from .env, whose first variable may follow a byte order mark', () => {
    const { env, faults } = read('\uFEFFPORT=4000\r\nLOG_LEVEL=warn\r\n', { LOG_LEVEL: 'debug' });
    expect({ env, faults }).toEqual({ env: { PORT: '4000', LOG_LEVEL: 'debug' }, faults: [] });
  });

  it('is what it is without a .env', () => {
    expect(readEnvironment(join(newDirectory(), '.env'), {})).toEqual({ env: {}, faults: [] });
  });

  it('takes nothing over that is no variable of the service', () => {
    const { env, faults } = read('DATABSE_URL=postgres://canary\nTZ=UTC\n');
    expect(env).toEqual({ TZ: 'UTC' });
    expect(faults).toEqual(['DATABSE_URL in .env is no variable of this service; was DATABASE_URL meant?']);
  });

  it.each([
    ['UTF-16, as some editors write it', Buffer.from('\uFEFFPORT=4000', 'utf16le'), '.env is not UTF-8'],
    ['UTF-16 of the other order', Buffer.from('\uFEFFPORT=4000', 'utf16le').swap16(), '.env is not UTF-8'],
    ['UTF-16 without a mark', Buffer.from('PORT=4000', 'utf16le'), '.env is not UTF-8'],
    ['Latin-1', Buffer.from('MAIL_FROM=Zo\u00EB <z@example.test>', 'latin1'), '.env is not UTF-8'],
    ['a NUL', 'PORT=4000\0', '.env is not UTF-8'],
  ])('is at fault for a .env in %s', (_, content, fault) => {
    const { env, faults } = read(content);
    expect(env).toEqual({});
    expect(faults).toEqual([expect.stringContaining(fault)]);
  });

  it.each([
    ['a directory', (path: string) => mkdirSync(path), 'EISDIR'],
    ['a link to nowhere', (path: string) => symlinkSync('nowhere', path), 'ENOENT'],
  ])('is at fault for a .env that is %s', (_, make, code) => {
    const path = join(newDirectory(), '.env');
    make(path);
    expect(readEnvironment(path, {}).faults).toEqual([`.env cannot be read (${code})`]);
  });
});
