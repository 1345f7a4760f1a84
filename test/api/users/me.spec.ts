/** GET, PATCH and DELETE /api/v1/users/me: the profile of the person who calls. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Actor, bearing, PASSWORD, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { problem } from '../../support/problems.js';
import { dbJoin, found } from '../../support/scene.js';
import { refresh } from '../../support/sessions.js';

const ME = '/api/v1/users/me';

describe('/api/v1/users/me', () => {
  let app: TestApp;
  let person: Person;

  beforeAll(async () => {
    app = await sharedApp();
  });

  beforeEach(async () => {
    person = await signUp(app, 'Mara', uniqueEmail('Mara'));
  });

  describe('GET', () => {
    it('answers the profile, with the address as it was typed, and nothing secret', async () => {
      const { body } = await person.get(ME).expect(200);
      expect(body).toEqual({
        id: person.id,
        email: person.email,
        name: 'Mara',
        username: expect.stringMatching(/^mara-[2-9a-z]{6}$/),
        emailVerified: false,
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      });
    });

    it('answers a personal token with user:read', async () => {
      const token = await person.issuePersonalToken(['user:read']);
      expect((await bearing(app, token).get(ME).expect(200)).body.id).toBe(person.id);
    });

    it('authenticates (401)', async () => {
      await new Actor(app, null).get(ME).expect(problem(401, 'unauthenticated'));
    });

    it('authorizes (403): refuses a token without user:read, and any organization token', async () => {
      const organization = await found(person);
      const scopes = ['organization:read'];
      const tokens = [
        await person.issuePersonalToken(scopes),
        await person.issueOrganizationToken(organization.id, scopes),
      ];
      for (const token of tokens) await bearing(app, token).get(ME).expect(problem(403, 'insufficient_scope'));
    });
  });

  describe('PATCH', () => {
    it('changes the name, which counts at once everywhere', async () => {
      const { body } = await person.patch(ME, { name: '  Mara Neu ' }).expect(200);
      expect(body).toMatchObject({ id: person.id, name: 'Mara Neu' });
      expect((await person.get(ME)).body.name).toBe('Mara Neu');
    });

    it('is recorded', async () => {
      await person.patch(ME, { name: 'Mara Neu' }).expect(200);
      const sql = "SELECT actor_id, details FROM audit_events WHERE user_id = $1 AND action = 'user.updated'";
      expect(await app.db(sql, [person.id])).toEqual([{ actor_id: person.id, details: { name: 'Mara Neu' } }]);
    });

    it('authenticates (401)', async () => {
      await new Actor(app, null).patch(ME, { name: 'Eve' }).expect(401);
    });

    it('authorizes (403): no token changes a profile', async () => {
      const token = await person.issuePersonalToken(['user:read']);
      await bearing(app, token).patch(ME, { name: 'Eve' }).expect(problem(403, 'insufficient_scope'));
      expect((await person.get(ME)).body.name).toBe('Mara');
    });

    it.each([
      [{}, 'name'],
      [{ name: null }, 'name'],
      [{ name: '   ' }, 'name'],
      [{ name: 'x'.repeat(101) }, 'name'],
      [{ name: 'Ma\u202era' }, 'name'],
      [{ name: { first: 'Mara' } }, 'name'],
      [{ name: 'Mara', email: 'other@example.test' }, 'email'],
      [{ name: 'Mara', emailVerified: true }, 'emailVerified'],
    ])('validates (422): refuses %j and changes nothing', async (body, field) => {
      const response = await person.patch(ME, body).expect(problem(422, 'validation_failed'));
      expect(response.body.errors[0].field).toBe(field);
      expect((await person.get(ME)).body).toMatchObject({ name: 'Mara', email: person.email, emailVerified: false });
    });
  });

  describe('DELETE', () => {
    const goodbye = { password: PASSWORD };

    it('deletes the person with all their sessions and personal tokens, at once', async () => {
      const token = await person.issuePersonalToken(['user:read']);
      await person.delete(ME, goodbye).expect(204);
      await person.get(ME).expect(401);
      await refresh(app, person.cookie).expect(401);
      await bearing(app, token).get(ME).expect(401);
      await new Actor(app, null).post('/api/v1/auth/login', { email: person.email, ...goodbye }).expect(401);
      expect(await app.db('SELECT 1 FROM users WHERE id = $1', [person.id])).toEqual([]);
    });

    it('keeps what the audit trail tells, and says goodbye by mail', async () => {
      await person.delete(ME, goodbye).expect(204);
      const sql = "SELECT actor_name FROM audit_events WHERE user_id = $1 AND action = 'user.deleted'";
      expect(await app.db(sql, [person.id])).toEqual([{ actor_name: 'Mara' }]);
      await app.mails.waitFor(person.email, ({ subject }) => subject === 'Your account was deleted');
    });

    it('frees the address, whose next owner gets nothing of the last one', async () => {
      await person.delete(ME, goodbye).expect(204);
      const next = await signUp(app, 'Nora', person.email);
      expect(next.id).not.toBe(person.id);
      await person.get(ME).expect(401);
    });

    it('leaves organizations that have another owner, and their tokens', async () => {
      const organization = await found(person);
      const other = await signUp(app);
      await dbJoin(app, organization.id, other.id, 'owner');
      const token = await person.issueOrganizationToken(organization.id, ['organization:read']);
      await person.delete(ME, goodbye).expect(204);
      await bearing(app, token).get(organization.path).expect(200);
      await other.get(organization.path).expect(200);
    });

    it('authenticates (401): refuses a wrong password, and whoever has no session', async () => {
      await person.delete(ME, { password: 'not the pass phrase' }).expect(problem(401, 'invalid_credentials'));
      await new Actor(app, null).delete(ME, goodbye).expect(problem(401, 'unauthenticated'));
      await person.get(ME).expect(200);
    });

    it('limits (429) guesses at the password, as signing in does', async () => {
      const limited = await startApp({ env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_SIGN_IN: '2/15m' } });
      const owner = await signUp(limited);
      for (let index = 0; index < 2; index += 1) await owner.delete(ME, { password: 'a wrong guess' }).expect(401);
      await owner.delete(ME, goodbye).expect(problem(429, 'rate_limited'));
      await owner.get(ME).expect(200);
    });

    it('authorizes (403): no token deletes a person', async () => {
      const token = await person.issuePersonalToken(['user:read']);
      await bearing(app, token).delete(ME, goodbye).expect(problem(403, 'insufficient_scope'));
      await person.get(ME).expect(200);
    });

    it('conflicts (409) while an organization has no other owner, and names it', async () => {
      const organization = await found(person);
      const admin = await signUp(app);
      await dbJoin(app, organization.id, admin.id, 'admin');
      const { body } = await person.delete(ME, goodbye).expect(problem(409, 'last_owner'));
      expect(body.detail).toContain(organization.slug);
      await person.get(organization.path).expect(200);
    });

    it.each([undefined, {}, { password: null }, { password: PASSWORD, force: true }])(
      'validates (422): refuses %j',
      async (body) => {
        await person.delete(ME, body).expect(problem(422, 'validation_failed'));
        await person.get(ME).expect(200);
      },
    );
  });
});
