import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bearing, PASSWORD, signUp, type Actor } from '../../support/actors.js';
import { startApp } from '../../support/app.js';
import { dbAudit, dbInvite, dbRoles } from '../../support/organizations.js';
import { anonymized, problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Organization, type Scene } from '../../support/scene.js';

describe('DELETE /organizations/:organization/members/:userId', () => {
  let cast: Scene;
  let organization: Organization;
  beforeAll(async () => {
    cast = await scene();
  });
  beforeEach(async () => {
    organization = await found(cast.owner);
    for (const role of ['admin', 'member', 'viewer'] as const) {
      await dbJoin(cast.app, organization.id, cast[role].id, role);
    }
  });

  const pathOf = ({ id }: { id: string }): string => `${organization.path}/members/${id}`;
  const memberIds = async (): Promise<string[]> => Object.keys(await dbRoles(cast.app, organization.id));
  const organizationToken = async (...scopes: string[]): Promise<Actor> =>
    bearing(cast.app, await cast.owner.issueOrganizationToken(organization.id, scopes));

  describe('succeeds', () => {
    it('shuts the removed member out of every instance, with session and tokens', async () => {
      const { app, owner, member } = cast;
      const elsewhere = await startApp({ beside: app });
      const token = bearing(elsewhere, await member.issuePersonalToken(['organization:read']));
      await token.get(organization.path).expect(200);
      await owner.delete(pathOf(member)).expect(204);
      await token.get(organization.path).expect(problem(404, 'not_found'));
      await member.at(elsewhere).get(organization.path).expect(problem(404, 'not_found'));
    });

    it('does not revive an old personal token when its user joins again', async () => {
      const { app, owner, member } = cast;
      const token = bearing(app, await member.issuePersonalToken(['organization:read']));
      await owner.delete(pathOf(member)).expect(204);
      const { secret } = await dbInvite(app, organization.id, { email: member.email, invitedBy: owner.id });
      await member.post('/api/v1/invitations/accept', { token: secret }).expect(200);
      await member.get(organization.path).expect(200);
      await token.get(organization.path).expect(problem(404, 'not_found'));
    });

    it.each(['admin', 'member', 'viewer'] as const)(
      'lets the %s leave this organization, and no other',
      async (role) => {
        const { app } = cast;
        await cast[role].delete(pathOf(cast[role])).expect(204);
        await cast[role].get(organization.path).expect(404);
        await cast[role].get(cast.organization.path).expect(200);
        const [event] = await dbAudit(app, organization.id, 'membership.left');
        expect(event).toMatchObject({ actor_id: cast[role].id, target_id: cast[role].id, details: { role } });
      },
    );

    it('lets an owner leave while another one stays', async () => {
      const { owner, admin } = cast;
      await owner.patch(pathOf(admin), { role: 'owner' }).expect(200);
      await owner.delete(pathOf({ id: owner.id.toUpperCase() })).expect(204);
      expect(await memberIds()).not.toContain(owner.id);
    });

    it('lets an admin, and a token with members:manage, remove who is no owner', async () => {
      const { app, admin, member, viewer } = cast;
      await admin.delete(pathOf(member), {}).expect(204);
      await (await organizationToken('members:manage', 'organization:read')).delete(pathOf(viewer)).expect(204);
      expect(await memberIds()).toHaveLength(2);
      expect(await dbAudit(app, organization.id, 'membership.removed')).toMatchObject([
        { target_id: viewer.id },
        { actor_id: admin.id, target_id: member.id, details: { role: 'member' } },
      ]);
    });

    it('keeps the organization’s tokens that the removed member made', async () => {
      const { app, owner, admin } = cast;
      const token = bearing(app, await admin.issueOrganizationToken(organization.id, ['organization:read']));
      await owner.delete(pathOf(admin)).expect(204);
      await token.get(organization.path).expect(200);
    });

    it('cancels the open invitations of the removed member', async () => {
      const { app, owner, admin, outsider } = cast;
      const { id, secret } = await dbInvite(app, organization.id, { email: outsider.email, invitedBy: admin.id });
      await owner.delete(pathOf(admin)).expect(204);
      await outsider.post('/api/v1/invitations/accept', { token: secret }).expect(problem(404, 'not_found'));
      expect(await dbAudit(app, organization.id, 'invitation.cancelled')).toMatchObject([{ target_id: id }]);
    });

    it('tells the organization when somebody leaves by deleting their account, and cancels their invitations', async () => {
      const { app, outsider } = cast;
      const leaver = await signUp(app);
      await dbJoin(app, organization.id, leaver.id, 'admin');
      const { id, secret } = await dbInvite(app, organization.id, { email: outsider.email, invitedBy: leaver.id });
      await leaver.delete('/api/v1/users/me', { password: PASSWORD }).expect(204);
      expect(await dbAudit(app, organization.id, 'membership.left')).toMatchObject([{ target_id: leaver.id }]);
      expect(await dbAudit(app, organization.id, 'invitation.cancelled')).toMatchObject([{ target_id: id }]);
      await outsider.post('/api/v1/invitations/accept', { token: secret }).expect(problem(404, 'not_found'));
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.delete(pathOf(cast.member)).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it.each(['member', 'viewer'] as const)('lets no %s remove others', async (role) => {
      const { app, admin } = cast;
      await cast[role].delete(pathOf(admin)).expect(problem(403, 'forbidden'));
      await cast[role].delete(pathOf({ id: 'nobody' })).expect(problem(403, 'forbidden'));
      expect(await memberIds()).toHaveLength(4);
      const [event] = await dbAudit(app, organization.id, 'permission.refused');
      expect(event).toMatchObject({ actor_id: cast[role].id, details: { permission: 'members:manage' } });
    });

    it('lets neither an admin nor any token remove an owner', async () => {
      const { app, owner, admin } = cast;
      const personal = bearing(app, await owner.issuePersonalToken(['members:manage', 'organization:read']));
      await admin.delete(pathOf(owner)).expect(problem(403, 'forbidden'));
      await personal.delete(pathOf(owner)).expect(problem(403, 'insufficient_scope'));
      const organizational = await organizationToken('members:manage', 'organization:read');
      await organizational.delete(pathOf(owner)).expect(problem(403, 'insufficient_scope'));
      expect(await memberIds()).toContain(owner.id);
    });

    it('lets a token without members:manage remove nobody, not even its own user', async () => {
      const { app, admin, viewer } = cast;
      const reading = bearing(app, await admin.issuePersonalToken(['organization:read', 'members:read']));
      for (const { id } of [admin, viewer]) {
        const response = await reading.delete(pathOf({ id })).expect(problem(403, 'insufficient_scope'));
        expect(response.headers['www-authenticate']).toContain('scope="members:manage"');
      }
      expect(await memberIds()).toHaveLength(4);
    });
  });

  describe('hides', () => {
    it('answers for a foreign member as for nobody, and removes nobody there', async () => {
      const foreign = await found(cast.outsider);
      const none = await cast.owner.delete(pathOf({ id: 'nobody' })).expect(problem(404, 'not_found'));
      for (const path of [pathOf(cast.outsider), `${foreign.path}/members/${cast.outsider.id}`]) {
        expect(anonymized(await cast.owner.delete(path).expect(404))).toEqual(anonymized(none));
      }
      expect(await dbRoles(cast.app, foreign.id)).toEqual({ [cast.outsider.id]: 'owner' });
    });
  });

  describe('conflicts', () => {
    it('keeps the last owner from leaving', async () => {
      await cast.owner.delete(pathOf(cast.owner)).expect(problem(409, 'last_owner'));
      expect(await memberIds()).toContain(cast.owner.id);
    });
  });
});
