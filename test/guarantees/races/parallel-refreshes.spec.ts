/**
 * Racing and slow tabs keep their session; a copied refresh token loses it. Two instances on one database, with a grace of
 * a minute, so that no busy machine outlasts it: time passes by ageing the row. The first test goes red without the condition
 * `s.refresh_hash = $2` in sessions.repository.ts, the one of the late rotation without `FOR NO KEY UPDATE`.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Response } from 'supertest';
import { Actor, signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { cookieOf, dbAgeRefresh, idOf, refresh, refreshed, type Refreshed } from '../../support/sessions.js';
import { until } from '../../support/until.js';

const TABS = 20;
const ROUNDS = 3;
const ME = '/api/v1/users/me';

describe('refreshes with one token', () => {
  let instances: readonly [TestApp, TestApp];

  beforeAll(async () => {
    const env = { REFRESH_GRACE: '60s' };
    const first = await startApp({ env });
    instances = [first, await startApp({ env, beside: first })];
  });

  it('in parallel are all answered with one successor, round after round', async () => {
    let { cookie } = await signUp(instance(0));
    for (let round = 0; round < ROUNDS; round += 1) cookie = await onlySuccessor(await tabs(cookie));
    await refreshed(instance(1), cookie);
  });

  it('are answered with the same successor up to the grace later, also after a lost answer', async () => {
    const { cookie } = await signUp(instance(0));
    const { cookie: next } = await refreshed(instance(0), cookie);
    await dbAgeRefresh(instance(0), cookie, '30 seconds');
    expect(await onlySuccessor(await tabs(cookie))).toBe(next);
    await refreshed(instance(1), next);
  });

  it('are reuse after the grace, and end the session', async () => {
    const { cookie } = await signUp(instance(0));
    const next = await refreshed(instance(0), cookie);
    await dbAgeRefresh(instance(0), cookie, '60 seconds');
    const answers = await tabs(cookie);
    expect(answers.map(({ status }) => status)).toEqual(Array(TABS).fill(401));
    expect(await endedOf(next)).toEqual([401, 401]);
  });

  it('are reuse within the grace when the token is the last but one, as a thief’s copy is', async () => {
    const person = await signUp(instance(0));
    const second = await refreshed(instance(0), person.cookie);
    const third = await refreshed(instance(1), second.cookie);
    await refresh(instance(0), person.cookie).expect(401);
    expect(await endedOf(third)).toEqual([401, 401]);
    await refresh(instance(1), second.cookie).expect(401);
    expect(await reuseEventsOf(person)).toBe(1);
  });

  it('beside those with the successor are answered with one that is good, or the session ends with its event', async () => {
    for (const name of ['One', 'Two', 'Three']) {
      const person = await signUp(instance(0), name);
      const { cookie: next } = await refreshed(instance(0), person.cookie);
      const answers = (await Promise.all([tabs(person.cookie), tabs(next)])).flat();
      const ended = answers.some(({ status }) => status === 401);
      expect(await reuseEventsOf(person)).toBe(ended ? 1 : 0);
      const given = new Set(answers.filter(({ status }) => status === 200).map(({ headers }) => cookieOf(headers)));
      // In this order: the successor was used up in the storm, and is answered with the newest one.
      const good = [next, ...given].filter((cookie, index) => index === 0 || cookie !== next);
      for (const cookie of good) await refresh(instance(1), cookie).expect(ended ? 401 : 200);
    }
  });

  it('wait for a rotation that is under way, and are not answered with the successor that it uses up', async () => {
    const person = await signUp(instance(0));
    await refreshed(instance(0), person.cookie);
    const rotating = await begin(instance(0));
    await rotating.query(ROTATE, [idOf(person.cookie)]);
    const late = refresh(instance(1), person.cookie).then((answer) => answer.status);
    await until(async () => (await waitingOn(instance(0))) > 0);
    await rotating.query('COMMIT');
    await rotating.end();
    expect(await late).toBe(401);
    expect(await reuseEventsOf(person)).toBe(1);
  });

  function instance(index: number): TestApp {
    return instances[index % 2 === 0 ? 0 : 1];
  }

  function tabs(cookie: string): Promise<Response[]> {
    return Promise.all(Array.from({ length: TABS }, async (_, tab) => refresh(instance(tab), cookie)));
  }

  /** The one cookie that all these answers set. */
  async function onlySuccessor(answers: readonly Response[]): Promise<string> {
    expect(answers.map(({ status }) => status)).toEqual(Array(TABS).fill(200));
    const [cookie = '', ...others] = new Set(answers.map(({ headers }) => cookieOf(headers)));
    expect(others).toEqual([]);
    const { accessToken } = answers[TABS - 1]?.body as { accessToken: string };
    await new Actor(instance(1), accessToken).get(ME).expect(200);
    return cookie;
  }

  /** The statuses of a refresh token and of the bearer that came with it. */
  async function endedOf({ cookie, accessToken }: Refreshed): Promise<number[]> {
    const successor = await refresh(instance(0), cookie);
    const bearer = await new Actor(instance(1), accessToken).get(ME);
    return [successor.status, bearer.status];
  }

  async function reuseEventsOf({ id }: Person): Promise<number> {
    const sql = "SELECT 1 FROM audit_events WHERE user_id = $1 AND action = 'session.refresh_reused'";
    return (await instance(0).db(sql, [id])).length;
  }
});

/** What the service's own statement does to a row, with another token. */
const ROTATE = `UPDATE sessions SET previous_refresh_hash = refresh_hash, refresh_hash = sha256('another'),
  refreshed_at = clock_timestamp() WHERE id = $1`;

async function begin(app: TestApp): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: app.database.url });
  await client.connect();
  await client.query('BEGIN');
  return client;
}

/** How many of the database's statements wait for a lock. */
async function waitingOn(app: TestApp): Promise<number> {
  const sql = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return (await app.db(sql)).length;
}
