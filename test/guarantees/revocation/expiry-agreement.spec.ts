/** What SQL calls expired, the verifier calls expired: both are asked about the same rows of a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomBytes, randomUUID } from 'node:crypto';
import { generateSecret } from '../../../src/credentials/token-secret.js';
import { verifySessionFacts, verifyTokenFacts } from '../../../src/verification/credential-rules.js';
import { FactCache } from '../../../src/verification/fact-cache.js';
import { loadedBy, type FenceRow } from '../../../src/verification/fence-row.js';
import { CONFIRM_AND_LOAD } from '../../../src/verification/fence.sql.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('SQL and the verifier', () => {
  let database: TestDatabase;
  const [userId, organizationId] = [randomUUID(), randomUUID()];
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query(
      `INSERT INTO users (id, email, email_key, name, password_hash) VALUES ($1, 'a@b.test', 'a@b.test', 'A', 'x')`,
      [userId],
    );
    await database.query(`INSERT INTO organizations (id, name, slug) VALUES ($1, 'A', 'a-co')`, [organizationId]);
  });
  afterAll(() => database.drop());

  /** An instant as an expression, around `$1`, which is now. */
  const instants = fc.oneof(
    fc.constantFrom(`'infinity'`, `'-infinity'`, `'294276-12-31 23:59:59.999999+00'`, `'4713-01-01 00:00:00+00 BC'`),
    fc.integer({ min: -3_000, max: 3_000 }).map((us) => `$1::timestamptz + ${us} * interval '1 microsecond'`),
    fc.integer({ min: -6_700, max: 290_000 }).map((years) => `$1::timestamptz + ${years} * interval '1 year'`),
    fc
      .date({ noInvalidDate: true, min: new Date('0001-01-01Z'), max: new Date('9999-12-31Z') })
      .map((date) => `'${date.toISOString()}'`),
  );

  it('call the same tokens and sessions expired', async () => {
    await fc.assert(
      fc.asyncProperty(instants, fc.integer({ min: 0, max: 999_999 }), async (instant, us) => {
        const now = `2026-05-01 12:00:00.${String(us).padStart(6, '0')}+00`;
        const { token, session, expired, expiredByMs } = await dbCase(instant, now);
        const verdicts = [verifyTokenFacts(token, new Date(now)), verifySessionFacts(session, userId, new Date(now))];
        expect(verdicts.map(({ ok }) => !ok)).toEqual([expiredByMs, expiredByMs]);
        // Never later than SQL, and never a whole millisecond earlier: a Date has no microseconds.
        if (expired) expect(expiredByMs).toBe(true);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  async function dbCase(instant: string, now: string) {
    const { selector, hash, hint } = generateSecret('lk', 'organization', { version: 'v1', key: randomBytes(32) });
    const sessionId = randomUUID();
    const [row] = await database.query<{ expired: boolean; expiredByMs: boolean }>(
      `WITH token AS (
        INSERT INTO access_tokens
          (id, kind, organization_id, label, scopes, selector, secret_hash, hash_key_version, hint, expires_at)
        VALUES ($2, 'organization', $3, 'x', '{tokens:read}', $4, $5, 'v1', $6, ${instant}) RETURNING expires_at
      ), session AS (
        INSERT INTO sessions (id, user_id, family_hash, refresh_hash, expires_at) VALUES ($2, $7, $5, $5, ${instant}))
      SELECT expires_at <= $1::timestamptz AS expired,
        date_trunc('milliseconds', expires_at) <= date_trunc('milliseconds', $1::timestamptz) AS "expiredByMs" FROM token`,
      [now, sessionId, organizationId, selector, hash, hint, userId],
    );
    const [fence] = await database.query<FenceRow>(CONFIRM_AND_LOAD.text, [
      null,
      [],
      [],
      [selector],
      [sessionId],
      [],
      [],
    ]);
    if (!row || !fence) throw new Error('no row');
    const memory = FactCache.of(loadedBy(fence));
    const token = memory.find({ kind: 'token', selector });
    const session = memory.find({ kind: 'session', id: sessionId });
    if (token?.kind !== 'organization-token' || session?.kind !== 'session') throw new Error('not loaded');
    return { token, session, ...row };
  }
});
