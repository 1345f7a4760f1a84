/** What happens to tokens behind the requests: their last use is written, and their hashes move to the newest key. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Transactions, type Tx } from '../../../src/platform/database/transactions.service.js';
import { TokenUsageRepository } from '../../../src/verification/usage/token-usage.repository.js';
import { bearing, type IssuedToken } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { scene, type Scene } from '../../support/scene.js';
import { dbToken, issue, present, tokenPath } from '../../support/tokens.js';
import { until } from '../../support/until.js';

const newKey = (version: string): string => `${version}:${randomBytes(32).toString('base64')}`;

describe('the last use of a token', () => {
  let cast: Scene;
  beforeAll(async () => (cast = await scene()));
  const dbLastUse = async ({ token }: IssuedToken): Promise<unknown> =>
    (await dbToken(cast.app, token.id)).last_used_at;

  it('is shown within an interval, by the database’s clock, with the address', async () => {
    const issued = await issue('organization', cast, cast.owner);
    const [before] = await cast.app.db<{ now: Date }>('SELECT clock_timestamp() AS now');
    await present(bearing(cast.app, issued)).expect(200);
    const [after] = await cast.app.db<{ now: Date }>('SELECT clock_timestamp() AS now');
    await until(async () => (await dbLastUse(issued)) !== null);
    const { body } = await cast.owner.get(tokenPath('organization', cast, issued)).expect(200);
    expect(body.lastUsedIp).toBe('127.0.0.1');
    expect(Date.parse(body.lastUsedAt)).toBeGreaterThanOrEqual(Number(before?.now) - 2_000);
    expect(Date.parse(body.lastUsedAt)).toBeLessThanOrEqual(Number(after?.now) + 2_000);
  });

  it('is written once, however often the token is used within a minute', async () => {
    const issued = await issue('organization', cast, cast.owner);
    const holder = bearing(cast.app, issued);
    const versions = new Set<unknown>();
    const watch = async (): Promise<void> => {
      const [row] = await cast.app.db('SELECT xmin FROM access_tokens WHERE id = $1', [issued.token.id]);
      versions.add(row?.xmin);
    };
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 10 }, () => present(holder).expect(200)));
      await sleep(50);
      await watch();
    }
    await until(async () => (await dbLastUse(issued)) !== null);
    await watch();
    // As issued, and written once: 200 uses over several intervals.
    expect(versions.size).toBeLessThanOrEqual(2);
  });

  it('stands in the way of no revocation when its instance falls silent before the commit', async () => {
    const issued = await issue('organization', cast, cast.owner);
    let goOn: () => void = () => undefined;
    const silence = new Promise<void>((resolve) => (goOn = resolve));
    const { writing, isWritten } = writeUseAndFallSilent(issued, silence);
    await isWritten;
    await cast.owner.delete(tokenPath('organization', cast, issued)).expect(204);
    goOn();
    await expect(writing).rejects.toThrow();
  });

  /** The transaction of an instance whose process, or network, stops between the statement and the COMMIT. */
  function writeUseAndFallSilent({ token }: IssuedToken, silence: Promise<void>) {
    const transactions = cast.app.nest.get(Transactions, { strict: false });
    let tell: () => void = () => undefined;
    const isWritten = new Promise<void>((resolve) => (tell = resolve));
    const stopping = Object.create(transactions, {
      run: {
        value: (work: (tx: Tx) => Promise<unknown>) =>
          transactions.run(async (tx) => {
            const result = await work(tx);
            tell();
            await silence;
            return result;
          }),
      },
    }) as Transactions;
    const use = { tokenId: token.id, ip: '127.0.0.1', usedAtMs: performance.now() };
    return { writing: new TokenUsageRepository(stopping).writeUses([use]), isWritten };
  }

  it('is not noted for a refused token', async () => {
    const issued = await issue('organization', cast, cast.owner);
    await cast.owner.delete(tokenPath('organization', cast, issued)).expect(204);
    await present(bearing(cast.app, issued)).expect(401);
    await sleep(500);
    expect(await dbLastUse(issued)).toBeNull();
  });

  it('is written at shutdown', async () => {
    const issued = await issue('organization', cast, cast.owner);
    const other = await startApp({ beside: cast.app, env: { LAST_USED_INTERVAL_MS: '3600000' } });
    await present(bearing(other, issued)).expect(200);
    expect(await dbLastUse(issued)).toBeNull();
    await other.close();
    expect(await dbLastUse(issued)).not.toBeNull();
  });

  it('waits for nobody, so that it can be in nobody’s way: a locked token is written later', async () => {
    const [locked, free] = [
      await issue('organization', cast, cast.owner),
      await issue('organization', cast, cast.owner),
    ];
    const operator = new pg.Client({ connectionString: cast.app.database.url });
    await operator.connect();
    await operator.query('BEGIN');
    await operator.query('SELECT 1 FROM access_tokens WHERE id = $1 FOR UPDATE', [locked.token.id]);
    await Promise.all([locked, free].map((each) => present(bearing(cast.app, each)).expect(200)));
    await until(async () => (await dbLastUse(free)) !== null);
    expect(await dbLastUse(locked)).toBeNull();
    await operator.query('COMMIT');
    await until(async () => (await dbLastUse(locked)) !== null);
    await operator.end();
  });

  it('fails no request when it cannot be written, and is not lost', async () => {
    const issued = await issue('organization', cast, cast.owner);
    await cast.app.db('ALTER TABLE access_tokens ADD CONSTRAINT never CHECK (last_used_at IS NULL) NOT VALID');
    await present(bearing(cast.app, issued)).expect(200);
    await sleep(500);
    await present(bearing(cast.app, issued)).expect(200);
    expect(await dbLastUse(issued)).toBeNull();
    await cast.app.db('ALTER TABLE access_tokens DROP CONSTRAINT never');
    await until(async () => (await dbLastUse(issued)) !== null);
  });
});

describe('when the newest hash key changes', () => {
  const [v1, v2] = [newKey('v1'), newKey('v2')];
  let old: TestApp;
  let young: TestApp;
  let cast: Scene;
  beforeAll(async () => {
    const first = await startApp({ env: { TOKEN_HASH_KEYS: v1 } });
    // The new key is handed out behind the old one before anybody uses it, so that all can verify what some will write.
    old = await startApp({ beside: first, env: { TOKEN_HASH_KEYS: `${v1},${v2}` } });
    young = await startApp({ beside: first, env: { TOKEN_HASH_KEYS: `${v2},${v1}` } });
    cast = await scene(old);
  });
  beforeEach(() => old.db('UPDATE access_tokens SET revoked_at = now() WHERE revoked_at IS NULL'));

  const hmac = (key: string, text: string): Buffer =>
    createHmac('sha256', Buffer.from(key.slice(3), 'base64'))
      .update(text)
      .digest();

  /** A token under the old key whose hash has been moved to the new one. */
  async function moved(): Promise<IssuedToken> {
    const issued = await issue('organization', cast, cast.owner);
    await present(bearing(young, issued)).expect(200);
    await until(async () => (await dbToken(old, issued.token.id)).hash_key_version === 'v2');
    return issued;
  }

  it('a token keeps working everywhere, and its hash moves to the new key', async () => {
    const issued = await issue('organization', cast, cast.owner);
    expect(await dbToken(old, issued.token.id)).toMatchObject({ hash_key_version: 'v1' });
    await present(bearing(young, issued)).expect(200);
    await until(async () => (await dbToken(old, issued.token.id)).hash_key_version === 'v2');
    expect((await dbToken(old, issued.token.id)).secret_hash).toEqual(hmac(v2, issued.secret));
    await present(bearing(young, issued)).expect(200);
  });

  it('an instance that still prefers the old key does not move it back', async () => {
    const issued = await moved();
    await present(bearing(old, issued)).expect(200);
    await sleep(500);
    expect(await dbToken(old, issued.token.id)).toMatchObject({ hash_key_version: 'v2' });
  });

  it('no instance starts without a key that live tokens need, and the message says which', async () => {
    await moved();
    await expect(startApp({ beside: old, env: { TOKEN_HASH_KEYS: v1 } })).rejects.toThrow(/lacks v2/);
  });

  it('no instance starts with another key under a known version, and the message shows no key', async () => {
    const env = { TOKEN_HASH_KEYS: `${v2},${newKey('v1')}` };
    const error = await startApp({ beside: old, env }).catch((reason: unknown) => String(reason));
    expect(error).toMatch(/TOKEN_HASH_KEYS has another key under v1/);
    expect(error).not.toContain(v1.slice(3));
  });

  it('an instance that is short of a key answers 503 and never 401 to a token that lives', async () => {
    const { token, secret } = await moved();
    const short = await startApp({ beside: old, env: { TOKEN_HASH_KEYS: `${newKey('v3')},${v2}` } });
    await present(bearing(short, { secret })).expect(200);
    await old.db(`UPDATE access_tokens SET hash_key_version = 'v9' WHERE id = $1`, [token.id]);
    await present(bearing(short, { secret })).expect(503);
    await old.db(`UPDATE access_tokens SET revoked_at = now() WHERE id = $1`, [token.id]);
    await present(bearing(short, { secret })).expect(401);
    await short.close();
  });

  it('a key may go once no live token needs it', async () => {
    const later = await startApp({ beside: old, env: { TOKEN_HASH_KEYS: newKey('v4') } });
    await later.close();
  });
});
