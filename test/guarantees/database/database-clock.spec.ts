/** The database's clock steps back, as the service's statements read it; `npm run faults` bends the server's own. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bearing, signIn, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { offsetClock, type OffsetClock } from '../../support/database-clock-offset.js';
import { dbJoin, scene, type Scene } from '../../support/scene.js';
import { inHours, issue, present, tokenBody, tokenPath } from '../../support/tokens.js';

describe('after the database’s clock has stepped back', () => {
  let plain: TestApp;
  let app: TestApp;
  let cast: Scene;
  let clock: OffsetClock;
  let lines: string[];
  beforeAll(async () => {
    plain = await startApp();
    clock = await offsetClock(plain.database);
  });
  // An instance keeps what it has seen of the clock, so each test has one of its own.
  beforeEach(async () => {
    lines = [];
    app = await startApp({ beside: plain, env: { LOG_LEVEL: 'warn' }, logSink: { write: (line) => lines.push(line) } });
    cast = await scene(app);
  });
  afterEach(() => app.close());
  afterAll(async () => {
    clock.straighten();
    await plain.close();
  });
  const dbStep = (amount: string): Promise<unknown> => clock.step(amount);

  it('what has expired stays expired on the instance that knows, is listed so, and is warned of once', async () => {
    const issued = await issue('organization', cast, cast.owner, { expiresAt: inHours(0.01) });
    await present(bearing(app, issued)).expect(200);
    await dbStep('1 minute');
    await present(bearing(app, issued)).expect(401);
    await dbStep('0');
    for (let time = 0; time < 3; time += 1) await present(bearing(app, issued)).expect(401);
    const { body } = await cast.owner.get(tokenPath('organization', cast, issued)).expect(200);
    expect(body.status).toBe('expired');
    await cast.owner.post(`${tokenPath('organization', cast, issued)}/rotate`, {}).expect(409);
    const warnings = lines.filter((line) => line.includes('clock is'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/clock is (5\d|60) s behind/);
  });

  it('an expired session is not refreshed into life', async () => {
    const person = await signIn(app, cast.outsider.email);
    await dbStep('3 minutes');
    await plain.db(`UPDATE sessions SET expires_at = clock_timestamp() + interval '90 seconds' WHERE user_id = $1`, [
      person.id,
    ]);
    await person.get('/api/v1/users/me').expect(401);
    await dbStep('0');
    await person.get('/api/v1/users/me').expect(401);
    await refresh(person).expect(401);
  });

  it('a used refresh token is no racing tab, however young the clock makes the refresh', async () => {
    const person = await signIn(app, cast.viewer.email);
    await dbStep('20 seconds');
    await refresh(person).expect(200);
    await dbStep('0');
    await refresh(person).expect(401);
  });

  it('who signs in gets a bearer that works, and no token is issued that would be dead on arrival', async () => {
    await dbStep('30 minutes');
    await cast.owner.get('/api/v1/users/me').expect(401);
    await dbStep('0');
    const owner = await signIn(app, cast.owner.email);
    await owner.get('/api/v1/users/me').expect(200);
    const { body } = await refresh(owner).expect(200);
    await bearing(app, { secret: body.accessToken }).get('/api/v1/users/me').expect(200);
    const expiresAt = inHours(0.25);
    await owner.post(`${cast.organization.path}/tokens`, tokenBody({ expiresAt })).expect(422);
    await present(bearing(app, await issue('organization', cast, owner, { expiresAt: inHours(1) }))).expect(200);
  });

  const refresh = (person: Person) => person.post('/api/v1/auth/refresh').set('cookie', person.cookie);
});

describe('a former member whose token is younger than the clock says it is', () => {
  let cast: Scene;
  beforeAll(async () => (cast = await scene()));
  const leave = (person: Person) => person.delete(`${cast.organization.path}/members/${person.id}`).expect(204);
  const reach = (token: { secret: string }) => bearing(cast.app, token).get(cast.organization.path);

  it('does not come back with the next invitation, and what is issued then works at once', async () => {
    const former = await cast.member.issuePersonalToken(['organization:read']);
    // As issued when the clock was ten minutes ahead.
    await cast.app.db(`UPDATE access_tokens SET created_at = created_at + interval '10 minutes' WHERE id = $1`, [
      former.token.id,
    ]);
    await leave(cast.member);
    await dbJoin(cast.app, cast.organization.id, cast.member.id, 'member');
    await reach(former).expect(404);
    await reach(await cast.member.issuePersonalToken(['organization:read'])).expect(200);
  });

  it('does not come back either when they left, by the clock, before they left the last time', async () => {
    const former = await cast.viewer.issuePersonalToken(['organization:read']);
    await cast.app.db(`INSERT INTO former_memberships VALUES ($1, $2, clock_timestamp() + interval '10 minutes')`, [
      cast.organization.id,
      cast.viewer.id,
    ]);
    await reach(former).expect(404);
    await leave(cast.viewer);
    await dbJoin(cast.app, cast.organization.id, cast.viewer.id, 'viewer');
    await reach(former).expect(404);
    await reach(await cast.viewer.issuePersonalToken(['organization:read'])).expect(200);
  });
});
