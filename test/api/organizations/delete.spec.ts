import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { dbAudit, dbInvite, dbRoles } from '../../support/organizations.js';
import { anonymized, problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Scene } from '../../support/scene.js';

describe('DELETE /organizations/:organization', () => {
  let cast: Scene;
  let elsewhere: TestApp;
  beforeAll(async () => {
    cast = await scene();
    elsewhere = await startApp({ beside: cast.app });
  });

  describe('succeeds', () => {
    it('takes the organization from all of its members at once, on every instance', async () => {
      const { app, owner, member } = cast;
      const { id, path } = await found(owner);
      await dbJoin(app, id, member.id, 'member');
      await owner.delete(path).expect(204);
      for (const person of [owner, member]) {
        const { body } = await person.at(elsewhere).get(path).expect(problem(404, 'not_found'));
        expect(JSON.stringify(body)).not.toContain(id);
        const list = await person.at(elsewhere).get('/api/v1/organizations').expect(200);
        expect(list.body.items).not.toContainEqual(expect.objectContaining({ id }));
      }
    });

    it('kills its tokens and its invitations at once', async () => {
      const { app, owner, outsider } = cast;
      const { id, path } = await found(owner);
      const token = bearing(elsewhere, await owner.issueOrganizationToken(id, ['organization:read']));
      const { secret } = await dbInvite(app, id, { email: outsider.email, invitedBy: owner.id });
      await token.get(path).expect(200);
      await owner.delete(path).expect(204);
      await token.get(path).expect(problem(401, 'invalid_token'));
      await outsider.post('/api/v1/invitations/accept', { token: secret }).expect(problem(404, 'not_found'));
    });

    it('leaves a trace of who deleted what, and none of the rows', async () => {
      const { app, owner } = cast;
      const { id, path, slug } = await found(owner);
      await owner.delete(path, {}).expect(204);
      const [event] = await dbAudit(app, id, 'organization.deleted');
      expect(event).toMatchObject({ actor_id: owner.id, target_id: id, details: { slug } });
      expect(await dbRoles(app, id)).toEqual({});
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.delete(cast.organization.path).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it.each(['admin', 'member', 'viewer'] as const)('refuses the %s', async (role) => {
      await cast[role].delete(cast.organization.path).expect(problem(403, 'forbidden'));
      await cast.owner.get(cast.organization.path).expect(200);
    });

    it('refuses every token, also those of an owner', async () => {
      const { app, owner, organization } = cast;
      const scopes = ['organization:read', 'organization:update', 'members:manage', 'tokens:manage'];
      const personal = bearing(app, await owner.issuePersonalToken(scopes));
      const organizational = bearing(app, await owner.issueOrganizationToken(organization.id, scopes));
      await personal.delete(organization.path).expect(problem(403, 'insufficient_scope'));
      await organizational.delete(organization.path).expect(problem(403, 'insufficient_scope'));
      await owner.get(organization.path).expect(200);
    });
  });

  describe('hides', () => {
    it('answers for a foreign and for a deleted organization as for none', async () => {
      const foreign = await found(cast.outsider);
      const deleted = await found(cast.owner);
      await cast.owner.delete(deleted.path).expect(204);
      const none = await cast.owner.delete('/api/v1/organizations/none').expect(problem(404, 'not_found'));
      for (const { path } of [foreign, deleted]) {
        expect(anonymized(await cast.owner.delete(path).expect(404))).toEqual(anonymized(none));
      }
      await cast.outsider.get(foreign.path).expect(200);
    });
  });
});
