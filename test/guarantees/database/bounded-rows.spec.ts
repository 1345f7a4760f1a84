/** Nobody fills the database: refusals are summarised, and changes of one account are bounded. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RefusalsService } from '../../../src/audit/refusals.service.js';
import { Actor, bearing, PASSWORD, signIn, signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { tokenOf } from '../../support/mails.js';
import { problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Organization, type Scene } from '../../support/scene.js';
import { HARMLESS, PERSONAL_TOKENS, tokenBody } from '../../support/tokens.js';

const NEW_PASSWORD = 'another long pass phrase 77';

async function repeat<T>(times: number, act: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < times; round += 1) results.push(await act());
  return results;
}

describe('refused permissions', () => {
  let cast: Scene;
  let organization: Organization;
  let narrow: Actor;
  beforeAll(async () => (cast = await scene()));
  beforeEach(async () => {
    organization = await found(cast.owner);
    narrow = bearing(cast.app, await cast.owner.issueOrganizationToken(organization.id, HARMLESS));
  });
  const refusals = (): Promise<Record<string, unknown>[]> =>
    cast.app.db(
      `SELECT actor_id, target_kind, target_name, details FROM audit_events
      WHERE action = 'permission.refused' AND organization_id = $1 ORDER BY occurred_at`,
      [organization.id],
    );
  const summarise = (): Promise<void> => cast.app.nest.get(RefusalsService).summarise({ all: true });
  const members = (): string => `${organization.path}/members`;

  it('are two events, however often the same is refused: the first one, and how many followed', async () => {
    for (let batch = 0; batch < 5; batch += 1) {
      await Promise.all(Array.from({ length: 40 }, () => narrow.get(members()).expect(403)));
    }
    await summarise();
    const [first, summary, ...others] = await refusals();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ details: { permission: 'members:read' } });
    expect(summary).toMatchObject({
      target_name: 'GET /api/v1/organizations/:organization/members',
      details: { permission: 'members:read', count: 199, firstAt: expect.any(String), lastAt: expect.any(String) },
    });
  });

  it('are recorded before the first answer, with the route', async () => {
    await narrow.patch(`${members()}/${cast.owner.id}`, { role: 'viewer' }).expect(403);
    expect(await refusals()).toMatchObject([
      { target_kind: 'route', target_name: 'PATCH /api/v1/organizations/:organization/members/:userId' },
    ]);
  });

  it('are told apart by route', async () => {
    await repeat(2, () => narrow.get(members()).expect(403));
    await repeat(3, () => narrow.get(`${organization.path}/tokens`).expect(403));
    await summarise();
    const counts = (await refusals()).map(({ details }) => (details as { count?: number }).count ?? 'first');
    expect(counts.sort()).toEqual([1, 2, 'first', 'first']);
  });

  it('lie between the moments that a summary names, by the database’s clock', async () => {
    const now = async (): Promise<number> => {
      const [row] = await cast.app.db<{ now: Date }>('SELECT clock_timestamp() AS now');
      return row?.now.getTime() ?? NaN;
    };
    await narrow.get(members()).expect(403);
    const before = await now();
    await repeat(2, () => narrow.get(members()).expect(403));
    const after = await now();
    await summarise();
    const { firstAt = '', lastAt = '' } = (await refusals())[1]?.details as { firstAt?: string; lastAt?: string };
    expect(Date.parse(firstAt)).toBeGreaterThanOrEqual(before - 50);
    expect(Date.parse(lastAt)).toBeGreaterThanOrEqual(Date.parse(firstAt));
    expect(Date.parse(lastAt)).toBeLessThanOrEqual(after + 50);
  });

  it('are summarised at an orderly stop', async () => {
    const instance = await startApp({ beside: cast.app });
    await repeat(4, () => narrow.at(instance).get(members()).expect(403));
    await instance.close();
    expect((await refusals())[1]).toMatchObject({ details: { count: 3 } });
  });

  it('are summarised by whoever was refused: others are told at once', async () => {
    await dbJoin(cast.app, organization.id, cast.viewer.id, 'viewer');
    await dbJoin(cast.app, organization.id, cast.member.id, 'member');
    await cast.viewer.get(`${organization.path}/audit-events`).expect(403);
    await cast.member.get(`${organization.path}/audit-events`).expect(403);
    const actors = (await refusals()).map(({ actor_id: actor }) => actor);
    expect(actors).toEqual([cast.viewer.id, cast.member.id]);
  });
});

describe('changes of one account', () => {
  let app: TestApp;
  let person: Person;
  beforeAll(async () => {
    app = await startApp({ env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_CHANGES: '10/1h' } });
  });
  beforeEach(async () => (person = await signUp(app)));
  const issueToken = (by: Actor = person): Promise<{ status: number; body: { token: { id: string } } }> =>
    by.post(PERSONAL_TOKENS, tokenBody());

  it('are bounded, also when each is undone at once, and undoing is not', async () => {
    const answers = await repeat(12, async () => {
      const { status, body } = await issueToken();
      if (status === 201) await person.delete(`${PERSONAL_TOKENS}/${body.token.id}`).expect(204);
      return status;
    });
    expect(answers).toEqual([...Array<number>(10).fill(201), 429, 429]);
    await person.post(`${PERSONAL_TOKENS}/revoke`, { all: true }).expect(200);
  });

  it('leave no row once the limit is reached', async () => {
    await repeat(10, () => issueToken());
    const rows = (): Promise<unknown> =>
      app.db('SELECT (SELECT count(*) FROM audit_events) + (SELECT count(*) FROM access_tokens)');
    const before = await rows();
    await person.patch('/api/v1/users/me', { name: 'Other' }).expect(problem(429, 'rate_limited'));
    await issueToken();
    expect(await rows()).toEqual(before);
  });

  it('count over all instances, and for a session and a token of the person together', async () => {
    const env = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_CHANGES: '10/1h' };
    const second = await startApp({ beside: app, env });
    const organization = await found(person);
    const token = bearing(second, await person.issuePersonalToken(['organization:update']));
    await repeat(4, () => person.patch(organization.path, { name: 'One' }).expect(200));
    await repeat(4, () => token.patch(organization.path, { name: 'Two' }).expect(200));
    await token.patch(organization.path, { name: 'Three' }).expect(problem(429, 'rate_limited'));
    await person.patch(organization.path, { name: 'Three' }).expect(problem(429, 'rate_limited'));
  });

  it('leave other accounts alone, an organization’s tokens among them', async () => {
    const organization = await found(person);
    const automation = bearing(app, await person.issueOrganizationToken(organization.id, ['organization:update']));
    await repeat(9, () => issueToken());
    await automation.patch(organization.path, { name: 'Renamed' }).expect(200);
    await (await signUp(app)).patch('/api/v1/users/me', { name: 'Somebody' }).expect(200);
  });

  it('let everything be read and revoked when they are used up', async () => {
    const organization = await found(person);
    const { token } = await person.issueOrganizationToken(organization.id, HARMLESS);
    await repeat(9, () => issueToken());
    await person.get(`${organization.path}/tokens`).expect(200);
    await person.post(`${organization.path}/tokens/revoke`, { tokenIds: [token.id] }).expect(200);
    await person.delete(organization.path).expect(204);
  });
});

describe('founding organizations', () => {
  it('has an end, since no name is given out again', async () => {
    const app = await startApp({ env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_ORGANIZATIONS: '3/1d' } });
    const founder = await signUp(app);
    await repeat(3, async () => founder.delete((await found(founder)).path).expect(204));
    const names = (): Promise<unknown> => app.db('SELECT count(*) FROM account_names');
    const before = await names();
    const answer = await founder.post('/api/v1/organizations', { name: 'Fourth' }).expect(problem(429, 'rate_limited'));
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(3_600);
    expect(await names()).toEqual(before);
  });
});

describe('signing in', () => {
  it('has an end, and leaves no row beyond it, until a reset by mail', async () => {
    const app = await startApp({ env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_SIGN_INS: '3/1h' } });
    const { email } = await signUp(app);
    await repeat(2, () => signIn(app, email));
    const rows = (): Promise<unknown> =>
      app.db('SELECT (SELECT count(*) FROM audit_events) + (SELECT count(*) FROM sessions)');
    const before = await rows();
    const anonymous = new Actor(app, null);
    await anonymous.post('/api/v1/auth/login', { email, password: PASSWORD }).expect(problem(429, 'rate_limited'));
    await anonymous.post('/login/token', { email, password: PASSWORD }).expect(429);
    expect(await rows()).toEqual(before);
    await signUp(app);
    await resetPassword(app, email);
    await anonymous.post('/api/v1/auth/login', { email, password: NEW_PASSWORD }).expect(200);
  });
});

async function resetPassword(app: TestApp, email: string): Promise<void> {
  const anonymous = new Actor(app, null);
  await anonymous.post('/api/v1/auth/password/forgot', { email }).expect(202);
  const mail = await app.mails.waitFor(email, ({ subject }) => subject === 'Choose a new password');
  const body = { token: tokenOf(mail), newPassword: NEW_PASSWORD };
  await anonymous.post('/api/v1/auth/password/reset', body).expect(200);
}
