import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { bearing, signUp } from '../../support/actors.js';
import { sharedApp, startApp, type TestApp } from '../../support/app.js';
import { dbAudit } from '../../support/organizations.js';
import { problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Scene } from '../../support/scene.js';

const PATH = '/api/v1/organizations';

const dbCount = async (app: TestApp): Promise<number> =>
  (await app.db('SELECT 1 FROM organizations UNION ALL SELECT 1 FROM account_names')).length;

describe('POST /organizations', () => {
  let cast: Scene;
  beforeAll(async () => {
    cast = await scene();
  });

  describe('succeeds', () => {
    it('makes the founder its owner', async () => {
      const { outsider } = cast;
      const { body } = await outsider.post(PATH, { name: ' Globex  Corp ', slug: 'globex' }).expect(201);
      const times = { createdAt: expect.any(String), updatedAt: expect.any(String) };
      expect(body).toEqual({ id: expect.any(String), name: 'Globex  Corp', slug: 'globex', role: 'owner', ...times });
      const members = await outsider.get(`${PATH}/globex/members`).expect(200);
      expect(members.body.items).toMatchObject([{ user: { id: outsider.id }, role: 'owner' }]);
    });

    it('derives the slug from the name, and another one when that is taken', async () => {
      const first = await cast.outsider.post(PATH, { name: 'Ærø & Søn' }).expect(201);
      const second = await cast.owner.post(PATH, { name: 'Ærø & Søn' }).expect(201);
      expect([first.body.slug, second.body.slug]).toEqual(['aero-son', expect.stringMatching(/^aero-son-\w{6}$/)]);
    });

    it('records who founded what', async () => {
      const { body } = await cast.outsider.post(PATH, { name: 'Initech', slug: 'initech' }).expect(201);
      expect(await dbAudit(cast.app, body.id, 'organization.created')).toMatchObject([
        { actor_id: cast.outsider.id, target_id: body.id, details: { slug: 'initech' } },
      ]);
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.post(PATH, { name: 'Nobody' }).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('lets no token found an organization', async () => {
      const { app, owner, organization } = cast;
      const scopes = ['organization:read', 'organization:update', 'members:manage'];
      const before = await dbCount(app);
      const personal = bearing(app, await owner.issuePersonalToken(scopes));
      await personal.post(PATH, { name: 'By token' }).expect(problem(403, 'insufficient_scope'));
      const organizational = bearing(app, await owner.issueOrganizationToken(organization.id, scopes));
      await organizational.post(PATH, { name: 'By token' }).expect(problem(403, 'insufficient_scope'));
      expect(await dbCount(app)).toBe(before);
    });
  });

  describe('conflicts', () => {
    it('refuses a slug that is taken', async () => {
      const { app, organization, outsider } = cast;
      const before = await dbCount(app);
      await outsider.post(PATH, { name: 'Copy', slug: organization.slug }).expect(problem(409, 'slug_taken'));
      expect(await dbCount(app)).toBe(before);
    });

    it('never reuses the slug of a deleted organization', async () => {
      const { slug, path } = await found(cast.owner);
      await cast.owner.delete(path).expect(204);
      await cast.owner.post(PATH, { name: 'Heir', slug }).expect(problem(409, 'slug_taken'));
      await cast.outsider.post(PATH, { name: 'Heir', slug }).expect(problem(409, 'slug_taken'));
      const { body } = await cast.outsider.post(PATH, { name: slug }).expect(201);
      expect(body.slug).not.toBe(slug);
    });

    it('gives a slug to one of twenty parallel founders, over two instances', async () => {
      const other = await startApp({ beside: cast.app });
      const slug = `race-${randomBytes(5).toString('hex')}`;
      const founders = Array.from({ length: 20 }, (_, index) => (index % 2 ? cast.owner : cast.admin.at(other)));
      const answers = await Promise.all(founders.map((each) => each.post(PATH, { name: 'Race', slug })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
    });

    it('holds the quota of owned organizations against parallel founding', async () => {
      const app = await sharedApp();
      const founder = await signUp(app);
      // Being a member somewhere does not count.
      await dbJoin(app, cast.organization.id, founder.id, 'admin');
      await dbOwnOrganizations(app, founder.id, 98);
      const answers = await Promise.all(Array.from({ length: 8 }, () => founder.post(PATH, { name: 'Quota' })));
      const refused = answers.filter(({ body }) => body.code === 'quota_reached');
      expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(2);
      expect(refused).toHaveLength(6);
    });
  });

  describe('validates', () => {
    it.each([
      [{}],
      [{ name: '' }],
      [{ name: '   ' }],
      [{ name: 'x'.repeat(101) }],
      [{ name: 'nul\u0000' }],
      [{ name: 'bidi \u202e txt' }],
      [{ name: ['Acme'] }],
      [{ name: null }],
      [{ name: 'Acme', slug: 'a' }],
      [{ name: 'Acme', slug: 'a'.repeat(64) }],
      [{ name: 'Acme', slug: 'Upper' }],
      [{ name: 'Acme', slug: 'two--hyphens' }],
      [{ name: 'Acme', slug: ' padded' }],
      [{ name: 'Acme', slug: 'me' }],
      [{ name: 'Acme', slug: 'public-networks' }],
      [{ name: 'Acme', slug: '019a8b7c-0000-7000-8000-000000000000' }],
      [{ name: 'Acme', id: '019a8b7c-0000-7000-8000-000000000000' }],
      [{ name: 'Acme', role: 'owner' }],
    ])('refuses %j', async (body) => {
      const before = await dbCount(cast.app);
      await cast.outsider.post(PATH, body).expect(problem(422, 'validation_failed'));
      expect(await dbCount(cast.app)).toBe(before);
    });
  });
});

async function dbOwnOrganizations(app: TestApp, userId: string, count: number): Promise<void> {
  await app.db(
    `WITH made AS (
      INSERT INTO organizations (id, name, slug)
      SELECT id, 'Owned', 'owned-' || id FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $2::int)) RETURNING id)
    INSERT INTO memberships (organization_id, user_id, role) SELECT id, $1, 'owner' FROM made`,
    [userId, count],
  );
}
