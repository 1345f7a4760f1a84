import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing, signUp } from '../../support/actors.js';
import { problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Scene } from '../../support/scene.js';
import { dbTokenEvents, issue, present, TOKEN_KINDS, tokenPath } from '../../support/tokens.js';

const TOKEN = '/api/v1/token';

describe('GET /token', () => {
  let cast: Scene;
  beforeAll(async () => (cast = await scene()));

  describe('succeeds', () => {
    it('tells an organization token its organization and its scopes', async () => {
      const issued = await issue('organization', cast, cast.owner, { scopes: ['tokens:read', 'audit:read'] });
      const { body } = await present(bearing(cast.app, issued)).expect(200);
      const { id, slug, name } = cast.organization;
      const token = { ...issued.token, lastUsedAt: body.token.lastUsedAt, lastUsedIp: body.token.lastUsedIp };
      expect(body).toEqual({ token, organization: { id, slug, name }, permissions: ['audit:read', 'tokens:read'] });
    });

    it('tells a personal token its user, and what it may do where', async () => {
      const { app, member, organization } = cast;
      const issued = await member.issuePersonalToken(['user:read', 'tokens:read', 'organization:read']);
      const { body } = await present(bearing(app, issued)).expect(200);
      const { username } = (await member.get('/api/v1/users/me')).body as { username: string };
      expect(body.user).toEqual({ id: member.id, email: member.email, name: member.name, username });
      expect(body.permissions).toEqual(['organization:read', 'user:read']);
      const { id, slug } = organization;
      const permissions = ['organization:read', 'tokens:read'];
      expect(body.organizations).toEqual([{ id, slug, role: 'member', permissions }]);
    });

    it('tells what the token may do now: the role counts, not the moment of issuing', async () => {
      const person = await signUp(cast.app);
      await dbJoin(cast.app, cast.organization.id, person.id, 'admin');
      const holder = bearing(cast.app, await person.issuePersonalToken(['tokens:manage', 'members:read']));
      await cast.owner.patch(`${cast.organization.path}/members/${person.id}`, { role: 'viewer' }).expect(200);
      expect((await present(holder)).body.organizations[0]).toMatchObject({
        role: 'viewer',
        permissions: ['members:read'],
      });
      await cast.owner.delete(`${cast.organization.path}/members/${person.id}`).expect(204);
      expect((await present(holder)).body.organizations).toEqual([]);
    });

    it('says nothing of organizations that the token cannot see', async () => {
      const mine = await found(cast.owner, 'Second');
      const issued = await issue('organization', cast, cast.owner);
      expect((await present(bearing(cast.app, issued))).text).not.toContain(mine.id);
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await present(cast.anonymous).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses a session, which is no token', async () => {
      await present(cast.owner).expect(problem(403, 'forbidden'));
    });
  });
});

describe.each(TOKEN_KINDS)('DELETE /token by a %s token', (kind) => {
  let cast: Scene;
  beforeAll(async () => (cast = await scene()));

  it('ends the token that is presented, whatever its scopes', async () => {
    const issued = await issue(kind, cast, cast.owner);
    const holder = bearing(cast.app, issued);
    await holder.delete(TOKEN, { reason: 'found in a log' }).expect(204);
    await present(holder).expect(problem(401, 'invalid_token'));
    const { body } = await cast.owner.get(tokenPath(kind, cast, issued)).expect(200);
    const revokedBy = kind === 'personal' ? { id: cast.owner.id, name: cast.owner.name } : null;
    expect(body).toMatchObject({ status: 'revoked', revokeReason: 'found in a log', revokedBy });
  });

  it('records the token itself as the one who did it', async () => {
    const issued = await issue(kind, cast, cast.owner);
    await bearing(cast.app, issued).delete(TOKEN).set('content-type', 'application/json').expect(204);
    const [, event] = await dbTokenEvents(cast.app, issued.token.id);
    expect(event).toMatchObject({ action: 'token.revoked', actor_kind: `${kind}_token`, actor_id: issued.token.id });
  });

  it('refuses an unknown field, and the token lives', async () => {
    const holder = bearing(cast.app, await issue(kind, cast, cast.owner));
    await holder.delete(TOKEN, { all: true }).expect(problem(422, 'validation_failed'));
    await present(holder).expect(200);
  });

  it('refuses a session, and asks for a credential', async () => {
    await cast.owner.delete(TOKEN).expect(problem(403, 'forbidden'));
    await cast.anonymous.delete(TOKEN).expect(problem(401, 'unauthenticated'));
  });
});
