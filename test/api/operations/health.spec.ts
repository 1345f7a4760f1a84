import { beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Actor } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { stopwatch } from '../../support/stopwatch.js';

let app: TestApp;
let anonymous: Actor;
beforeAll(async () => {
  app = await sharedApp();
  anonymous = new Actor(app, null);
});

describe('GET /healthz', () => {
  it('says that the process lives, and nothing else', async () => {
    const response = await anonymous.get('/healthz').expect(200);
    expect(response.body).toEqual({ status: 'ok' });
  });
});

describe('GET /readyz', () => {
  it('says that the database answers and is up to date', async () => {
    const response = await anonymous.get('/readyz').expect(200);
    expect(response.body).toEqual({ status: 'ok' });
  });

  it('is 503 while a migration is missing', async () => {
    const own = await startApp();
    const asked = new Actor(own, null);
    await own.db("DELETE FROM migrations WHERE name LIKE 'NoResurrection%'");
    const response = await asked.get('/readyz').expect(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.body).toMatchObject({ code: 'unavailable' });
    expect(response.body).not.toHaveProperty('detail');
  });

  it('is 503 within about a second while the database hangs, and says ok again afterwards', async () => {
    const own = await startApp();
    const asked = new Actor(own, null);
    const operator = new pg.Client(own.database.url);
    await operator.connect();
    await operator.query('BEGIN; LOCK TABLE migrations');
    const elapsed = stopwatch();
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => asked.get('/readyz').expect(503)));
    expect(elapsed()).toBeLessThan(2_000);
    await operator.end();
    await asked.get('/readyz').expect(200);
  });
});
