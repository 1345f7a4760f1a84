import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Organization, type Scene } from '../../support/scene.js';

describe('GET /organizations/:organization/members', () => {
  let cast: Scene;
  let foreign: Organization;
  let path: string;
  beforeAll(async () => {
    cast = await scene();
    foreign = await found(cast.outsider);
    path = `${cast.organization.path}/members`;
  });

  describe('succeeds', () => {
    it.each(['owner', 'admin', 'member', 'viewer'] as const)('shows the %s everybody, newest first', async (role) => {
      const { body } = await cast[role].get(path).expect(200);
      const people = [cast.viewer, cast.member, cast.admin, cast.owner];
      expect(body.items).toMatchObject(people.map(({ id }) => ({ user: { id } })));
    });

    it('tells id, address, name, role and time of joining, and nothing else', async () => {
      const { viewer } = cast;
      const { body } = await viewer.get(path).expect(200);
      const user = { id: viewer.id, email: viewer.email, name: viewer.name };
      expect(body.items[0]).toEqual({ user, role: 'viewer', joinedAt: expect.stringMatching(/Z$/) });
    });

    it('pages through members who joined in the same instant, each once', async () => {
      const { app, viewer } = cast;
      const organization = await found(cast.owner);
      const others = [cast.admin, cast.member, viewer];
      for (const { id } of others) await dbJoin(app, organization.id, id, 'viewer');
      await app.db(`UPDATE memberships SET joined_at = '2026-01-02T03:04:05.678901Z' WHERE organization_id = $1`, [
        organization.id,
      ]);
      const seen: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await viewer.get(`${organization.path}/members?limit=1${cursor}`).expect(200);
        seen.push(body.items[0].user.id);
        if (body.nextCursor === null) break;
        cursor = `&cursor=${String(body.nextCursor)}`;
      }
      expect(seen.sort()).toEqual([cast.owner, ...others].map(({ id }) => id).sort());
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.get(path).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses tokens without members:read', async () => {
      const { app, owner, organization } = cast;
      const personal = bearing(app, await owner.issuePersonalToken(['organization:read', 'members:manage']));
      const organizational = bearing(app, await owner.issueOrganizationToken(organization.id, ['organization:read']));
      await personal.get(path).expect(problem(403, 'insufficient_scope'));
      await organizational.get(path).expect(problem(403, 'insufficient_scope'));
    });
  });

  describe('hides', () => {
    it('answers for a foreign organization as for none', async () => {
      const rival = await cast.owner.get(`${foreign.path}/members`).expect(problem(404, 'not_found'));
      const none = await cast.owner.get('/api/v1/organizations/none/members').expect(404);
      expect(anonymized(rival)).toEqual(anonymized(none));
    });
  });

  describe('validates', () => {
    const cursor = (...key: unknown[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');
    const id = '019a8b7c-0000-7000-8000-000000000000';

    it.each([cursor(id), cursor('1', 'x'), cursor('-1', id), cursor('9'.repeat(17), id), cursor('1e3', id), 'x'])(
      'refuses the cursor %s',
      async (forged) => {
        await cast.owner.get(`${path}?cursor=${forged}`).expect(problem(422, 'validation_failed'));
      },
    );
  });
});
