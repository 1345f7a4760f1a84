import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing, signUp, uniqueEmail } from '../../support/actors.js';
import { dbAudit, dbInvite, type SentInvitation } from '../../support/organizations.js';
import { anonymized, problem } from '../../support/problems.js';
import { found, scene, type Scene } from '../../support/scene.js';

const ACCEPT = '/api/v1/invitations/accept';

describe('DELETE /organizations/:organization/invitations/:invitationId', () => {
  let cast: Scene;
  beforeAll(async () => {
    cast = await scene();
  });

  const invited = (email = uniqueEmail(), role = 'member'): Promise<SentInvitation> =>
    dbInvite(cast.app, cast.organization.id, { email, role, invitedBy: cast.owner.id });
  const pathOf = ({ id }: { id: string }): string => `${cast.organization.path}/invitations/${id}`;
  const isOpen = async ({ id }: { id: string }): Promise<boolean> => {
    const [row] = await cast.app.db('SELECT cancelled_at FROM invitations WHERE id = $1', [id]);
    return row?.cancelled_at === null;
  };

  describe('succeeds', () => {
    it('kills the link at once, and does no more the second time', async () => {
      const { app, admin, organization, outsider } = cast;
      const invitation = await invited(outsider.email);
      await admin.delete(pathOf(invitation)).expect(204);
      await outsider.post(ACCEPT, { token: invitation.secret }).expect(problem(404, 'not_found'));
      await admin.delete(pathOf(invitation), {}).expect(204);
      const events = await dbAudit(app, organization.id, 'invitation.cancelled');
      const own = events.filter(({ target_id }) => target_id === invitation.id);
      expect(own).toMatchObject([{ actor_id: admin.id }]);
    });

    it('lets an organization token with members:manage cancel', async () => {
      const { app, owner, organization } = cast;
      const invitation = await invited();
      const token = bearing(app, await owner.issueOrganizationToken(organization.id, ['members:manage']));
      await token.delete(pathOf(invitation)).expect(204);
      expect(await isOpen(invitation)).toBe(false);
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.delete(pathOf(await invited())).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it.each(['member', 'viewer'] as const)('refuses a %s', async (role) => {
      const invitation = await invited();
      await cast[role].delete(pathOf(invitation)).expect(problem(403, 'forbidden'));
      expect(await isOpen(invitation)).toBe(true);
    });

    it('lets only an owner cancel the invitation of an owner', async () => {
      const invitation = await invited(uniqueEmail(), 'owner');
      await cast.admin.delete(pathOf(invitation)).expect(problem(403, 'forbidden'));
      expect(await isOpen(invitation)).toBe(true);
      await cast.owner.delete(pathOf(invitation)).expect(204);
    });
  });

  describe('hides', () => {
    it('answers for a foreign invitation as for none, by either organization’s path', async () => {
      const foreign = await found(cast.outsider);
      const theirs = await dbInvite(cast.app, foreign.id, { email: uniqueEmail(), invitedBy: cast.outsider.id });
      const none = await cast.owner.delete(pathOf({ id: 'none' })).expect(problem(404, 'not_found'));
      for (const path of [pathOf(theirs), `${foreign.path}/invitations/${theirs.id}`]) {
        expect(anonymized(await cast.owner.delete(path).expect(404))).toEqual(anonymized(none));
      }
      expect(await isOpen(theirs)).toBe(true);
    });
  });

  describe('conflicts', () => {
    it('does not pretend to cancel what was accepted', async () => {
      const newcomer = await signUp(cast.app);
      const invitation = await invited(newcomer.email);
      await newcomer.post(ACCEPT, { token: invitation.secret }).expect(200);
      await cast.admin.delete(pathOf(invitation)).expect(problem(409, 'conflict'));
      await newcomer.get(cast.organization.path).expect(200);
    });
  });
});
