import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bearing, signUp, type Actor, type Person } from '../../support/actors.js';
import { startApp } from '../../support/app.js';
import { dbAudit, dbInvite, dbRoles } from '../../support/organizations.js';
import { anonymized, problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Organization, type Scene } from '../../support/scene.js';
import { MEMBER_SCOPES, ORGANIZATION_SCOPES } from '../../support/tokens.js';

const ROLES = ['owner', 'admin', 'member', 'viewer'] as const;

describe('PATCH /organizations/:organization/members/:userId', () => {
  let cast: Scene;
  let organization: Organization;
  beforeAll(async () => {
    cast = await scene();
  });
  // An organization of its own for each test: roles are what the tests change.
  beforeEach(async () => {
    organization = await found(cast.owner);
    for (const role of ['admin', 'member', 'viewer'] as const) {
      await dbJoin(cast.app, organization.id, cast[role].id, role);
    }
  });

  const pathOf = ({ id }: { id: string }): string => `${organization.path}/members/${id}`;
  const roleOf = async ({ id }: Person): Promise<string | undefined> => (await dbRoles(cast.app, organization.id))[id];
  const tokens = async (...scopes: string[]): Promise<[Actor, Actor]> => {
    const personal = bearing(cast.app, await cast.owner.issuePersonalToken(scopes));
    return [personal, bearing(cast.app, await cast.owner.issueOrganizationToken(organization.id, scopes))];
  };

  describe('succeeds', () => {
    it.each(ROLES)('lets an owner make a member %s', async (role) => {
      const { owner, member } = cast;
      const { body } = await owner.patch(pathOf(member), { role }).expect(200);
      const user = { id: member.id, email: member.email, name: member.name };
      expect(body).toEqual({ user, role, joinedAt: expect.any(String) });
      expect(await roleOf(member)).toBe(role);
      expect(await dbRoles(cast.app, cast.organization.id)).toMatchObject({ [member.id]: 'member' });
    });

    it.each(['admin', 'member', 'viewer'] as const)('lets an admin make a viewer %s', async (role) => {
      await cast.admin.patch(pathOf(cast.viewer), { role }).expect(200);
      expect(await roleOf(cast.viewer)).toBe(role);
    });

    it('hands ownership over in two calls', async () => {
      const { owner, admin } = cast;
      await owner.patch(pathOf(admin), { role: 'owner' }).expect(200);
      await owner.patch(pathOf(owner), { role: 'viewer' }).expect(200);
      expect([await roleOf(owner), await roleOf(admin)]).toEqual(['viewer', 'owner']);
    });

    it('lets a token that holds all that a role holds give that role', async () => {
      const [personal, organizational] = await tokens('members:manage', ...MEMBER_SCOPES);
      await personal.patch(pathOf(cast.viewer), { role: 'member' }).expect(200);
      await organizational.patch(pathOf(cast.admin), { role: 'viewer' }).expect(200);
      expect([await roleOf(cast.viewer), await roleOf(cast.admin)]).toEqual(['member', 'viewer']);
    });

    it('counts from the next request on, on every instance, for sessions and tokens', async () => {
      const { app, owner, admin } = cast;
      const elsewhere = await startApp({ beside: app });
      const token = bearing(elsewhere, await admin.issuePersonalToken(['organization:update', 'organization:read']));
      await token.patch(organization.path, { name: 'Before' }).expect(200);
      await owner.patch(pathOf(admin), { role: 'viewer' }).expect(200);
      await token.patch(organization.path, { name: 'After' }).expect(problem(403, 'insufficient_scope'));
      await admin.at(elsewhere).patch(organization.path, { name: 'After' }).expect(problem(403, 'forbidden'));
      await token.get(organization.path).expect(200);
    });

    it('records from and to, and nothing when nothing changed', async () => {
      const { app, owner, member } = cast;
      await owner.patch(pathOf(member), { role: 'member' }).expect(200);
      await owner.patch(pathOf(member), { role: 'viewer' }).expect(200);
      expect(await dbAudit(app, organization.id, 'membership.role_changed')).toMatchObject([
        { actor_id: owner.id, target_id: member.id, details: { from: 'member', to: 'viewer' } },
      ]);
    });

    it('cancels the invitations that the member may no longer give', async () => {
      const { app, owner, admin, outsider } = cast;
      const { id, secret } = await dbInvite(app, organization.id, { email: outsider.email, invitedBy: admin.id });
      await owner.patch(pathOf(admin), { role: 'member' }).expect(200);
      await owner.patch(pathOf(admin), { role: 'admin' }).expect(200);
      await outsider.post('/api/v1/invitations/accept', { token: secret }).expect(problem(404, 'not_found'));
      expect(await dbAudit(app, organization.id, 'invitation.cancelled')).toMatchObject([{ target_id: id }]);
    });

    it('of an owner who becomes admin cancels only the invitations of owners', async () => {
      const { app, owner, admin } = cast;
      await dbJoin(app, organization.id, cast.outsider.id, 'owner');
      const invitedBy = owner.id;
      const ofOwner = await dbInvite(app, organization.id, { email: 'o@x.test', role: 'owner', invitedBy });
      const ofAdmin = await dbInvite(app, organization.id, { email: 'a@x.test', role: 'admin', invitedBy });
      await cast.outsider.patch(pathOf(owner), { role: 'admin' }).expect(200);
      const { body } = await admin.get(`${organization.path}/invitations`).expect(200);
      expect(body.items).toEqual([expect.objectContaining({ id: ofAdmin.id })]);
      const [event] = await dbAudit(app, organization.id, 'invitation.cancelled');
      expect(event?.target_id).toBe(ofOwner.id);
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.patch(pathOf(cast.member), { role: 'viewer' }).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it.each(['member', 'viewer'] as const)('refuses a %s, also for themselves', async (role) => {
      await cast[role].patch(pathOf(cast.admin), { role: 'viewer' }).expect(problem(403, 'forbidden'));
      await cast[role].patch(pathOf(cast[role]), { role: 'admin' }).expect(problem(403, 'forbidden'));
      expect(await dbRoles(cast.app, organization.id)).toMatchObject({ [cast[role].id]: role });
    });

    it('lets no admin make an owner, be it themselves, nor touch one', async () => {
      const { app, admin, member, owner } = cast;
      await admin.patch(pathOf(admin), { role: 'owner' }).expect(problem(403, 'forbidden'));
      await admin.patch(pathOf(member), { role: 'owner' }).expect(problem(403, 'forbidden'));
      await admin.patch(pathOf(owner), { role: 'viewer' }).expect(problem(403, 'forbidden'));
      expect(await dbRoles(app, organization.id)).toMatchObject({ [admin.id]: 'admin', [owner.id]: 'owner' });
      expect(await dbAudit(app, organization.id, 'permission.refused')).toMatchObject([{ actor_id: admin.id }]);
    });

    it('lets no token make or touch an owner, not even an owner’s own', async () => {
      const { app, owner, member } = cast;
      for (const token of await tokens('members:manage', 'members:read')) {
        await token.patch(pathOf(member), { role: 'owner' }).expect(problem(403, 'insufficient_scope'));
        await token.patch(pathOf(owner), { role: 'admin' }).expect(problem(403, 'insufficient_scope'));
      }
      expect(await dbRoles(app, organization.id)).toMatchObject({ [owner.id]: 'owner', [member.id]: 'member' });
    });

    it.each(['admin', 'member', 'viewer'])('lets no token with members:manage alone make anybody %s', async (role) => {
      const before = await dbRoles(cast.app, organization.id);
      for (const token of await tokens('members:manage')) {
        await token.patch(pathOf(cast.viewer), { role }).expect(problem(403, 'insufficient_scope'));
        await token.patch(pathOf(cast.member), { role }).expect(problem(403, 'insufficient_scope'));
      }
      expect(await dbRoles(cast.app, organization.id)).toEqual(before);
    });

    it('lets no token make an admin, whose role holds more than any token may carry', async () => {
      for (const token of await tokens(...ORGANIZATION_SCOPES)) {
        const response = await token.patch(pathOf(cast.member), { role: 'admin' }).expect(403);
        expect(response.headers['www-authenticate']).not.toContain('scope="');
      }
      expect(await roleOf(cast.member)).toBe('member');
    });

    it('names a scope that a token lacks for the role that it would give', async () => {
      const [personal] = await tokens('members:manage', 'organization:read', 'members:read');
      const response = await personal.patch(pathOf(cast.member), { role: 'viewer' }).expect(403);
      expect(response.headers['www-authenticate']).toContain('scope="ledger-accounts:read"');
    });

    it('refuses a token without members:manage, and names the scope', async () => {
      for (const token of await tokens('members:read')) {
        const response = await token.patch(pathOf(cast.member), { role: 'viewer' }).expect(403);
        expect(response.headers['www-authenticate']).toContain('scope="members:manage"');
      }
      expect(await roleOf(cast.member)).toBe('member');
    });
  });

  describe('hides', () => {
    it('answers for a foreign member as for nobody, and changes nothing there', async () => {
      const foreign = await found(cast.outsider);
      const none = await cast.owner
        .patch(pathOf({ id: 'nobody' }), { role: 'viewer' })
        .expect(problem(404, 'not_found'));
      const paths = [pathOf(cast.outsider), `${foreign.path}/members/${cast.outsider.id}`, pathOf({ id: '%00' })];
      for (const path of paths) {
        const response = await cast.owner.patch(path, { role: 'viewer' }).expect(404);
        expect(anonymized(response)).toEqual(anonymized(none));
      }
      expect(await dbRoles(cast.app, foreign.id)).toEqual({ [cast.outsider.id]: 'owner' });
    });
  });

  describe('conflicts', () => {
    it.each(['admin', 'member', 'viewer'])('keeps the last owner from becoming %s', async (role) => {
      await cast.owner.patch(pathOf(cast.owner), { role }).expect(problem(409, 'last_owner'));
      expect(await roleOf(cast.owner)).toBe('owner');
    });

    it('does not count a disabled owner as one who remains', async () => {
      const { app, owner } = cast;
      const disabled = await signUp(app);
      await dbJoin(app, organization.id, disabled.id, 'owner');
      await app.db('UPDATE users SET disabled_at = now() WHERE id = $1', [disabled.id]);
      await owner.patch(pathOf(owner), { role: 'admin' }).expect(problem(409, 'last_owner'));
    });
  });

  describe('validates', () => {
    it.each([
      [{}],
      [{ role: null }],
      [{ role: 'ROLE' }],
      [{ role: 'Owner' }],
      [{ role: ['owner'] }],
      [{ role: { id: 'owner' } }],
      [{ 'role.id': 'owner' }],
      [{ role: 'viewer', userId: '019a8b7c-0000-7000-8000-000000000000' }],
      [{ role: 'viewer', organizationId: '019a8b7c-0000-7000-8000-000000000000' }],
      [[{ op: 'replace', path: '/role', value: 'owner' }]],
    ])('refuses %j', async (body) => {
      await cast.owner.patch(pathOf(cast.member), body).expect(problem(422, 'validation_failed'));
      expect(await roleOf(cast.member)).toBe('member');
    });

    it.each(['{"__proto__":{"role":"owner"},"role":"viewer"}', '{"constructor":{"prototype":{"role":"owner"}}}'])(
      'refuses the poisoned body %s',
      async (text) => {
        const call = cast.owner.call('patch', pathOf(cast.member)).set('content-type', 'application/json');
        const { status } = await call.send(text);
        expect([400, 422]).toContain(status);
        expect(await roleOf(cast.member)).toBe('member');
      },
    );
  });
});
