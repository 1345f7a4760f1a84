import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { found, scene, type Organization, type Scene } from '../../support/scene.js';

const PATH = '/api/v1/organizations';

describe('GET /organizations/:organization', () => {
  let cast: Scene;
  let foreign: Organization;
  beforeAll(async () => {
    cast = await scene();
    foreign = await found(cast.outsider, 'Foreign');
  });

  describe('succeeds', () => {
    it.each(['owner', 'admin', 'member', 'viewer'] as const)('tells the %s their role', async (role) => {
      const { id, path, slug } = cast.organization;
      const { body } = await cast[role].get(path).expect(200);
      expect(body).toMatchObject({ id, slug, name: 'Acme', role });
    });

    it('knows the organization by slug and by id in any case', async () => {
      const { id, slug } = cast.organization;
      const answers = [slug, id, id.toUpperCase()].map((name) => cast.viewer.get(`${PATH}/${name}`).expect(200));
      const ids = (await Promise.all(answers)).map(({ body }) => body.id as string);
      expect(ids).toEqual([id, id, id]);
    });

    it('takes the organization from the path and from nowhere else', async () => {
      const { owner, organization } = cast;
      const query = `orgId=${foreign.id}&organization=${foreign.slug}&organization[id]=${foreign.id}`;
      const { body } = await owner.get(`${organization.path}?${query}`).set('x-org', foreign.id).expect(200);
      expect(body.id).toBe(organization.id);
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.get(cast.organization.path).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses tokens without organization:read', async () => {
      const { app, owner, organization } = cast;
      const personal = bearing(app, await owner.issuePersonalToken(['members:read']));
      const organizational = bearing(app, await owner.issueOrganizationToken(organization.id, ['members:read']));
      await personal.get(organization.path).expect(problem(403, 'insufficient_scope'));
      await organizational.get(organization.path).expect(problem(403, 'insufficient_scope'));
    });
  });

  describe('hides', () => {
    it('answers for a foreign organization as for none, by id and by slug', async () => {
      const token = bearing(
        cast.app,
        await cast.owner.issueOrganizationToken(cast.organization.id, ['organization:read']),
      );
      for (const caller of [cast.owner, token]) {
        const none = await caller.get(`${PATH}/019a8b7c-0000-7000-8000-000000000000`).expect(problem(404, 'not_found'));
        for (const name of [foreign.id, foreign.slug, 'no-such', 'me', '%00', '{}', `${foreign.id}%20`]) {
          const response = await caller.get(`${PATH}/${name}`).expect(404);
          expect(anonymized(response)).toEqual(anonymized(none));
        }
      }
    });

    it('hides a suspended organization from its own members', async () => {
      const { app, owner } = cast;
      const { id, path } = await found(owner);
      await app.db('UPDATE organizations SET suspended_at = now() WHERE id = $1', [id]);
      await owner.get(path).expect(problem(404, 'not_found'));
    });
  });
});
