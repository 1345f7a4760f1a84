import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing, signUp, type Actor } from '../../support/actors.js';
import { problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Scene } from '../../support/scene.js';

const PATH = '/api/v1/organizations';

async function slugsSeenBy(actor: Actor, query = ''): Promise<string[]> {
  const { body } = await actor.get(`${PATH}${query}`).expect(200);
  return (body.items as { slug: string }[]).map(({ slug }) => slug);
}

describe('GET /organizations', () => {
  let cast: Scene;
  beforeAll(async () => {
    cast = await scene();
  });

  describe('succeeds', () => {
    it('shows a person each of their organizations with their role there, newest first', async () => {
      const { app, organization, viewer } = cast;
      const own = await found(viewer, 'Own');
      await found(cast.outsider, 'Foreign');
      const { body } = await viewer.get(PATH).expect(200);
      expect(body).toMatchObject({
        items: [
          { id: own.id, name: 'Own', slug: own.slug, role: 'owner' },
          { id: organization.id, role: 'viewer' },
        ],
        nextCursor: null,
      });
      expect(await slugsSeenBy(await signUp(app))).toEqual([]);
    });

    it('pages through all of them, each once', async () => {
      const person = await signUp(cast.app);
      const slugs = [];
      for (const name of ['One', 'Two', 'Three']) slugs.unshift((await found(person, name)).slug);
      const first = await person.get(`${PATH}?limit=2`).expect(200);
      const second = await person.get(`${PATH}?limit=2&cursor=${String(first.body.nextCursor)}`).expect(200);
      const seen = [...first.body.items, ...second.body.items].map(({ slug }: { slug: string }) => slug);
      expect([seen, second.body.nextCursor]).toEqual([slugs, null]);
    });

    it('shows a personal token what its user sees', async () => {
      const { app, organization, admin } = cast;
      const token = bearing(app, await admin.issuePersonalToken(['organization:read']));
      expect((await token.get(PATH).expect(200)).body.items).toMatchObject([{ id: organization.id, role: 'admin' }]);
    });

    it('shows an organization token its own organization only, whatever else its creator is in', async () => {
      const { app, organization } = cast;
      const creator = await signUp(app);
      await found(creator, 'Elsewhere');
      await dbJoin(app, organization.id, creator.id, 'admin');
      const token = bearing(app, await creator.issueOrganizationToken(organization.id, ['organization:read']));
      const { body } = await token.get(PATH).expect(200);
      expect(body.items).toMatchObject([{ id: organization.id, role: null }]);
      expect(body.items).toHaveLength(1);
    });

    it('leaves out an organization from the moment it is suspended or left', async () => {
      const person = await signUp(cast.app);
      const [suspended, left] = [await found(person), await found(cast.owner)];
      await dbJoin(cast.app, left.id, person.id, 'member');
      expect(await slugsSeenBy(person)).toHaveLength(2);
      await cast.app.db('UPDATE organizations SET suspended_at = now() WHERE id = $1', [suspended.id]);
      await cast.owner.delete(`${left.path}/members/${person.id}`).expect(204);
      expect(await slugsSeenBy(person)).toEqual([]);
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.get(PATH).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses a token without organization:read, and names the scope', async () => {
      const { app, owner, organization } = cast;
      const personal = bearing(app, await owner.issuePersonalToken(['user:read']));
      const organizational = bearing(app, await owner.issueOrganizationToken(organization.id, ['members:read']));
      for (const token of [personal, organizational]) {
        const response = await token.get(PATH).expect(problem(403, 'insufficient_scope'));
        expect(response.headers['www-authenticate']).toContain('scope="organization:read"');
      }
    });
  });

  describe('validates', () => {
    it.each([
      'limit=0',
      'limit=-1',
      'limit=101',
      'limit=1e9',
      'limit=abc',
      'limit=1&limit=2',
      'limit[]=1',
      'sort=name',
    ])('refuses ?%s', async (query) => {
      await cast.owner.get(`${PATH}?${query}`).expect(problem(422, 'validation_failed'));
    });

    it.each(['x', 'W10', Buffer.from('["not an id"]').toString('base64url'), Buffer.from('[1]').toString('base64url')])(
      'refuses the cursor %s',
      async (cursor) => {
        await cast.owner.get(`${PATH}?cursor=${cursor}`).expect(problem(422, 'validation_failed'));
      },
    );
  });
});
