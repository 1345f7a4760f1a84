import { describe, expect, it } from '@jest/globals';
import { missingRight, type RightsFacts } from '../../../../src/platform/database/migration-rights.js';
import { faultOf, type ServerFacts } from '../../../../src/platform/database/server-requirements.js';

const FIT: ServerFacts = {
  database: 'latchkey',
  version: '17.2 (Debian 17.2-1.pgdg120+1)',
  encoding: 'UTF8',
  isReplica: false,
  isReadOnly: false,
  weakSettings: [],
  sharesProcesses: false,
};

const DURABLE = { isDurable: true };

const RIGHTS: RightsFacts = {
  role: 'service',
  database: 'latchkey',
  schema: 'public',
  mayCreateTables: true,
  mayCreateSchemas: true,
  hasQueue: false,
};

describe('a server', () => {
  it.each(['14.0', '14beta1', '15.18', '18.1', '19devel'])('of version %s is fit', (version) => {
    expect(faultOf({ ...FIT, version }, DURABLE)).toBeNull();
  });

  it.each(['9.6.24', '10.23', '13.22 (Ubuntu 13.22-1)'])('of version %s is refused with what is needed', (version) => {
    expect(faultOf({ ...FIT, version }, DURABLE)).toMatch(
      new RegExp(`^The database "latchkey" is on PostgreSQL ${version.split(' ')[0] ?? ''}.*Version 14 or newer`),
    );
  });

  it.each([
    [{ encoding: 'EUC_JP' }, /has the encoding EUC_JP/],
    [{ isReplica: true }, /is a replica.*DATABASE_URL must name the primary/],
    [{ isReadOnly: true }, /is read-only for this role/],
    [{ sharesProcesses: true }, /pooler in transaction or statement mode.*pool_mode = session/],
    [{ weakSettings: ['synchronous_commit', 'fsync'] }, /runs with synchronous_commit and fsync off/],
  ])('of which %j is true is refused by name', (facts, words) => {
    expect(faultOf({ ...FIT, ...facts }, DURABLE)).toMatch(words);
  });
});

it('may lose commits where nothing is lost by it', () => {
  expect(faultOf({ ...FIT, weakSettings: ['fsync'] }, { isDurable: false })).toBeNull();
});

describe('a role that migrates', () => {
  it.each([{}, { hasQueue: true, mayCreateSchemas: false }])('with %j lacks nothing', (facts) => {
    expect(missingRight({ ...RIGHTS, ...facts }, true)).toBeNull();
  });

  it.each([
    [{ schema: null, mayCreateTables: null }, /"service" finds no schema/],
    [{ mayCreateTables: false }, /GRANT CREATE ON SCHEMA "public" TO "service"/],
    [{ mayCreateSchemas: false }, /GRANT CREATE ON DATABASE "latchkey" TO "service"/],
  ])('with %j is told what to grant', (facts, words) => {
    expect(missingRight({ ...RIGHTS, ...facts }, true)).toMatch(words);
  });

  it('needs no right to make tables that are there', () => {
    expect(missingRight({ ...RIGHTS, mayCreateTables: false, hasQueue: true }, false)).toBeNull();
  });
});
