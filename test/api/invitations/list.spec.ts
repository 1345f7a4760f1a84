import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bearing } from '../../support/actors.js';
import { dbInvite } from '../../support/organizations.js';
import { anonymized, problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Organization, type Scene } from '../../support/scene.js';

describe('GET /organizations/:organization/invitations', () => {
  let cast: Scene;
  let organization: Organization;
  let path: string;
  beforeAll(async () => {
    cast = await scene();
  });
  beforeEach(async () => {
    organization = await found(cast.owner);
    path = `${organization.path}/invitations`;
    for (const role of ['admin', 'member', 'viewer'] as const) {
      await dbJoin(cast.app, organization.id, cast[role].id, role);
    }
  });

  const invited = async (email: string): Promise<string> =>
    (await dbInvite(cast.app, organization.id, { email, invitedBy: cast.owner.id })).id;
  const idsOf = ({ items }: { items: { id: string }[] }): string[] => items.map(({ id }) => id);

  describe('succeeds', () => {
    it('shows open ones, newest first, without anything secret', async () => {
      const [first, second] = [await invited('1@x.test'), await invited('2@x.test')];
      const { body } = await cast.admin.get(path).expect(200);
      expect(idsOf(body)).toEqual([second, first]);
      expect(body.items[0]).toEqual({
        id: second,
        email: '2@x.test',
        role: 'member',
        invitedBy: { id: cast.owner.id, name: cast.owner.name },
        createdAt: expect.any(String),
        expiresAt: expect.any(String),
        status: 'open',
      });
    });

    it.each(['accepted', 'cancelled', 'expired'])('shows %s ones only when asked for them', async (status) => {
      const [open, other] = [await invited('1@x.test'), await invited('2@x.test')];
      const column = status === 'expired' ? 'expires_at' : `${status}_at`;
      await cast.app.db(`UPDATE invitations SET ${column} = clock_timestamp() WHERE id = $1`, [other]);
      expect(idsOf((await cast.admin.get(path).expect(200)).body)).toEqual([open]);
      const { body } = await cast.admin.get(`${path}?status=${status}`).expect(200);
      expect(body.items).toMatchObject([{ id: other, status }]);
    });

    it('calls an invitation cancelled whose inviter lost the right by hand-written SQL', async () => {
      const { app, admin, owner } = cast;
      const { id } = await dbInvite(app, organization.id, { email: '1@x.test', invitedBy: admin.id });
      await app.db(`UPDATE memberships SET role = 'viewer' WHERE user_id = $1`, [admin.id]);
      const { body } = await owner.get(`${path}?status=cancelled`).expect(200);
      expect(idsOf(body)).toEqual([id]);
    });

    it('pages', async () => {
      const ids = [await invited('1@x.test'), await invited('2@x.test'), await invited('3@x.test')];
      const first = await cast.admin.get(`${path}?limit=2`).expect(200);
      const second = await cast.admin.get(`${path}?limit=2&cursor=${String(first.body.nextCursor)}`).expect(200);
      expect([...idsOf(first.body), ...idsOf(second.body)]).toEqual(ids.reverse());
      expect(second.body.nextCursor).toBeNull();
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.get(path).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it.each(['member', 'viewer'] as const)('refuses a %s', async (role) => {
      await cast[role].get(path).expect(problem(403, 'forbidden'));
    });

    it('refuses a token without members:manage', async () => {
      const token = bearing(cast.app, await cast.owner.issuePersonalToken(['members:read', 'organization:read']));
      await token.get(path).expect(problem(403, 'insufficient_scope'));
    });
  });

  describe('hides', () => {
    it('answers for a foreign organization as for none, also to who is invited there', async () => {
      await invited(cast.outsider.email);
      const rival = await cast.outsider.get(path).expect(problem(404, 'not_found'));
      const none = await cast.outsider.get('/api/v1/organizations/none/invitations').expect(404);
      expect(anonymized(rival)).toEqual(anonymized(none));
    });
  });

  describe('validates', () => {
    it.each(['status=all', 'status=', 'status=open&status=expired', 'status[]=open', 'limit=0', 'cursor=x', 'email=a'])(
      'refuses ?%s',
      async (query) => {
        await cast.admin.get(`${path}?${query}`).expect(problem(422, 'validation_failed'));
      },
    );
  });
});
