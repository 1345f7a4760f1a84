/** What is said of a database that cannot be reached: DATABASE_URL, why, and nothing that stands in it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requireDatabase } from '../../../src/platform/database/connection-faults.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { refusingWith, untrusted, web } from '../../support/fake-postgres.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function changed(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

async function faultOf(url: string): Promise<string> {
  const fault = await requireDatabase(url).then(
    () => 'none',
    (error: unknown) => (error as Error).message,
  );
  expect(fault).not.toContain('canary');
  return fault;
}

describe('DATABASE_URL is named when', () => {
  it.each([
    ['nothing listens', () => 'postgres://canary:canary@127.0.0.1:1/canary', 'ECONNREFUSED'],
    ['nothing listens on any address', () => 'postgres://u@localhost:1/canary', 'ECONNREFUSED'],
    ['the host is unknown', () => 'postgres://u:canary@canary.invalid/x', 'ENOTFOUND|EAI_AGAIN'],
    ['the socket is not there', () => 'postgres://u@/db?host=/canary', 'ENOENT'],
    ['the password is wrong', () => changed((url) => (url.password = 'canary')), '28P01'],
    ['there is no password', () => changed((url) => (url.password = '')), 'wants a password'],
    ['the database is unknown', () => changed((url) => (url.pathname = '/canary')), '3D000'],
    ['the server has no TLS', () => changed((url) => (url.search = '?sslmode=verify-full')), 'TLS'],
    ['a certificate file is missing', () => changed((url) => (url.search = '?sslrootcert=/canary')), 'ENOENT'],
  ])('%s', async (_, url, words) => {
    expect(await faultOf(url())).toMatch(new RegExp(`^DATABASE_URL: .*(?:${words}).*\\.$`));
  });

  it('the server has no connection left', async () => {
    const full = await createTestDatabase();
    await database.query(`ALTER DATABASE ${new URL(full.url).pathname.slice(1)} CONNECTION LIMIT 0`);
    expect(await faultOf(full.url)).toMatch(/^DATABASE_URL: .*\(53300\)\.$/);
    await full.drop();
  });

  it.each([
    ['is starting up', () => refusingWith('57P03', 'canary is starting up'), '', '57P03'],
    ['does not let the user in', () => refusingWith('28000', 'no pg_hba.conf entry for canary'), '', '28000'],
    ['has a certificate that nobody trusts', () => untrusted(), '?sslmode=verify-full', 'certificate .* not trusted'],
    ['is no PostgreSQL', () => web(), '', 'not PostgreSQL'],
  ])('the server %s', async (_, listening, search, words) => {
    const fault = await faultOf(`postgres://u:canary@127.0.0.1:${String(await listening())}/x${search}`);
    expect(fault).toMatch(new RegExp(`^DATABASE_URL: .*${words}.*\\.$`));
  });

  it('and is not, when the database answers', async () => {
    expect(await faultOf(database.url)).toBe('none');
  });
});
