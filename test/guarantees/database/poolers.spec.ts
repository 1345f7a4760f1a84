/** A pooler in session mode is a way to the database like any other; one in transaction mode is refused at the start. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate } from '../../../src/platform/database/migrate.js';
import { bearing, signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { dbBackends, freeze, thaw } from '../../support/frozen-backends.js';
import { Pooler } from '../../support/pooler.js';
import { found } from '../../support/scene.js';
import { until } from '../../support/until.js';

describe('behind a pooler in session mode', () => {
  let database: TestDatabase;
  let pooler: Pooler;
  let app: TestApp;
  let owner: Person;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    pooler = await Pooler.before(database.url, 'session');
    await migrate(pooler.url);
    // The driver would send the first two as startup parameters, and keep the third for itself.
    const url = `${pooler.url}?statement_timeout=1&lock_timeout=1&query_timeout=1`;
    app = await startApp({ env: { DATABASE_URL: url, RATE_LIMIT_ENABLED: 'true', VERIFY_TIMEOUT_MS: '2000' } });
    owner = await signUp(app, 'Owner');
  });

  afterAll(async () => {
    thaw();
    await app.close();
    await database.drop();
  });

  it('no startup parameter is asked for that a pooler refuses', async () => {
    expect(pooler.refused).toEqual([]);
    // This one would have refused: the driver's own setting is such a parameter.
    const asking = new pg.Client({ connectionString: pooler.url, statement_timeout: 1 });
    asking.on('error', () => undefined);
    await expect(asking.connect()).rejects.toThrow();
    expect(pooler.refused.splice(0)).toContain('statement_timeout');
  });

  it('the service migrates, serves, mails and revokes', async () => {
    const { path, id } = await found(owner);
    const token = await owner.issueOrganizationToken(id, ['tokens:read']);
    await bearing(app, token).get('/api/v1/token').expect(200);
    await owner.delete(`${path}/tokens/${token.token.id}`).expect(204);

    await bearing(app, token).get('/api/v1/token').expect(401);
    await app.mails.waitFor(owner.email);
  });

  it("an operator's SQL revokes through the pooler's fence too", async () => {
    const { id } = await found(owner);
    const token = await owner.issueOrganizationToken(id, ['tokens:read']);
    await bearing(app, token).get('/api/v1/token').expect(200);
    await database.query('UPDATE access_tokens SET revoked_at = clock_timestamp() WHERE id = $1', [token.token.id]);

    await bearing(app, token).get('/api/v1/token').expect(401);
  });

  it('a frozen server process is given up, and the next request is served', async () => {
    await owner.get('/api/v1/organizations').expect(200);
    // Repeated, because work in the background may open another connection just after the others were frozen.
    await until(async () => {
      freeze(await dbBackends({ ...app, db: database.query.bind(database) }, 'latchkey'));
      return (await owner.get('/api/v1/organizations')).status === 503;
    });
    thaw();
    await owner.get('/api/v1/organizations').expect(200);
  }, 60_000);
});

describe('behind a pooler in transaction mode', () => {
  it('nothing is migrated and nothing is served', async () => {
    const database = await createEmptyDatabase();
    const pooler = await Pooler.before(database.url, 'transaction');
    const refusal = /behind a pooler in transaction or statement mode.*pool_mode = session/;

    await expect(migrate(pooler.url)).rejects.toThrow(refusal);
    expect(await database.query(`SELECT to_regclass('public.migrations') AS made`)).toEqual([{ made: null }]);
    await expect(startApp({ env: { DATABASE_URL: pooler.url } })).rejects.toThrow(refusal);
    pooler.close();
    await database.drop();
  });
});
