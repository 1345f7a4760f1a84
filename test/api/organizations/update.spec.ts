import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bearing } from '../../support/actors.js';
import { dbAudit } from '../../support/organizations.js';
import { anonymized, problem } from '../../support/problems.js';
import { found, scene, type Organization, type Scene } from '../../support/scene.js';

describe('PATCH /organizations/:organization', () => {
  let cast: Scene;
  let foreign: Organization;
  beforeAll(async () => {
    cast = await scene();
    foreign = await found(cast.outsider, 'Foreign');
  });
  beforeEach(() => cast.app.db(`UPDATE organizations SET name = 'Acme'`));

  const dbName = async (): Promise<unknown> => {
    const [row] = await cast.app.db('SELECT name, slug FROM organizations WHERE id = $1', [cast.organization.id]);
    return row;
  };

  describe('succeeds', () => {
    it.each(['owner', 'admin'] as const)('renames for an %s and records it', async (role) => {
      const { organization, app } = cast;
      const { body } = await cast[role].patch(organization.path, { name: `Named by ${role}` }).expect(200);
      expect(body).toMatchObject({ id: organization.id, name: `Named by ${role}`, slug: organization.slug, role });
      const [event] = await dbAudit(app, organization.id, 'organization.updated');
      expect(event).toMatchObject({ actor_id: cast[role].id, details: { from: 'Acme', to: `Named by ${role}` } });
    });

    it('renames for a token with organization:update', async () => {
      const { app, owner, organization } = cast;
      const token = bearing(app, await owner.issueOrganizationToken(organization.id, ['organization:update']));
      const { body } = await token.patch(organization.path, { name: 'By token' }).expect(200);
      expect(body).toMatchObject({ name: 'By token', role: null });
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.patch(cast.organization.path, { name: 'X' }).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it.each(['member', 'viewer'] as const)('refuses a %s', async (role) => {
      await cast[role].patch(cast.organization.path, { name: 'X' }).expect(problem(403, 'forbidden'));
      expect(await dbName()).toMatchObject({ name: 'Acme' });
    });

    it('refuses a token that was only given reading', async () => {
      const { app, owner, organization } = cast;
      const token = bearing(app, await owner.issuePersonalToken(['organization:read']));
      const response = await token.patch(organization.path, { name: 'X' }).expect(problem(403, 'insufficient_scope'));
      expect(response.headers['www-authenticate']).toContain('scope="organization:update"');
      expect(await dbName()).toMatchObject({ name: 'Acme' });
    });
  });

  describe('hides', () => {
    it('answers for a foreign organization as for none', async () => {
      const rival = await cast.owner.patch(foreign.path, { name: 'X' }).expect(problem(404, 'not_found'));
      const none = await cast.owner.patch('/api/v1/organizations/none', { name: 'X' }).expect(404);
      expect(anonymized(rival)).toEqual(anonymized(none));
    });
  });

  describe('validates', () => {
    it.each([
      [{}],
      [{ name: '' }],
      [{ name: null }],
      [{ name: 'x', slug: 'another' }],
      [{ slug: 'another' }],
      [{ name: 'x', organizationId: '019a8b7c-0000-7000-8000-000000000000' }],
      [{ name: 'x', organization: { id: '019a8b7c-0000-7000-8000-000000000000' } }],
      [{ name: 'x', suspendedAt: null }],
      [[{ op: 'replace', path: '/name', value: 'x' }]],
    ])('refuses %j', async (body) => {
      await cast.owner.patch(cast.organization.path, body).expect(problem(422, 'validation_failed'));
      expect(await dbName()).toEqual({ name: 'Acme', slug: cast.organization.slug });
    });
  });
});
