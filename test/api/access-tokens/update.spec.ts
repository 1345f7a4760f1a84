import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { bearing, type IssuedToken } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { found, scene, type Scene } from '../../support/scene.js';
import { dbExpire, dbToken, dbTokenEvents, issue, TOKEN_KINDS, tokenPath, tokensPath } from '../../support/tokens.js';

const SCOPES = ['organization:read', 'tokens:read', 'members:read'];

describe.each(TOKEN_KINDS)('PATCH one of the %s tokens', (kind) => {
  let cast: Scene;
  let issued: IssuedToken;
  let path: string;
  beforeAll(async () => (cast = await scene()));
  beforeEach(async () => {
    issued = await issue(kind, cast, cast.owner, { scopes: SCOPES });
    path = tokenPath(kind, cast, issued);
  });

  describe('succeeds', () => {
    it('renames', async () => {
      const { body } = await cast.owner.patch(path, { label: ' new ' }).expect(200);
      expect(body).toEqual({ ...issued.token, label: 'new' });
    });

    it('narrows the scopes, with effect on the next request', async () => {
      const holder = bearing(cast.app, issued);
      await holder.get(`${cast.organization.path}/members`).expect(200);
      const { body } = await cast.owner.patch(path, { scopes: ['tokens:read'] }).expect(200);
      expect(body.scopes).toEqual(['tokens:read']);
      await holder.get(`${cast.organization.path}/members`).expect(problem(403, 'insufficient_scope'));
    });

    it('does both at once, and takes what is already so', async () => {
      const change = { label: 'new', scopes: ['members:read'] };
      await cast.owner.patch(path, change).expect(200);
      expect((await cast.owner.patch(path, change).expect(200)).body).toMatchObject(change);
    });

    it('records before and after', async () => {
      await cast.owner.patch(path, { label: 'new' }).expect(200);
      const [, event] = await dbTokenEvents(cast.app, issued.token.id);
      const details = {
        before: { label: issued.token.label, scopes: SCOPES },
        after: { label: 'new', scopes: SCOPES },
      };
      expect(event).toMatchObject({ action: 'token.updated', actor_id: cast.owner.id, details });
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.patch(path, { label: 'new' }).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses a token that may only read tokens, itself included', async () => {
      await bearing(cast.app, issued).patch(path, { label: 'new' }).expect(problem(403, 'insufficient_scope'));
      expect(await dbToken(cast.app, issued.token.id)).toMatchObject({ label: issued.token.label });
    });
  });

  describe('hides', () => {
    it('answers for a foreign token as for none, and leaves it alone', async () => {
      const foreign = await found(cast.outsider);
      const other = await cast.outsider.issueOrganizationToken(foreign.id, ['tokens:read']);
      const none = await cast.owner.patch(`${tokensPath(kind, cast)}/${randomUUID()}`, { label: 'new' }).expect(404);
      const response = await cast.owner.patch(`${tokensPath(kind, cast)}/${other.token.id}`, { label: 'new' });
      expect(anonymized(response)).toEqual(anonymized(none));
      expect(await dbToken(cast.app, other.token.id)).toMatchObject({ label: 'deploy' });
    });
  });

  describe('conflicts', () => {
    it('does not touch a revoked token', async () => {
      await cast.owner.delete(path).expect(204);
      await cast.owner.patch(path, { label: 'new' }).expect(problem(409, 'token_not_active'));
      expect(await dbToken(cast.app, issued.token.id)).toMatchObject({ label: issued.token.label });
    });

    it('does not touch an expired token', async () => {
      await dbExpire(cast.app, issued);
      await cast.owner.patch(path, { scopes: ['tokens:read'] }).expect(problem(409, 'token_not_active'));
      expect(await dbToken(cast.app, issued.token.id)).toMatchObject({ scopes: SCOPES });
    });
  });

  describe('validates', () => {
    it.each([
      ['nothing', {}],
      ['null', { label: null }],
      ['an empty label', { label: '' }],
      ['null scopes', { scopes: null }],
      ['no scopes', { scopes: [] }],
      ['broader scopes', { scopes: [...SCOPES, 'tokens:manage'] }],
      ['other scopes', { scopes: ['audit:read'] }],
      ['unknown scopes', { scopes: ['tokens:read', '*'] }],
      ['duplicate scopes', { scopes: ['tokens:read', 'tokens:read'] }],
      ['a later expiry', { expiresAt: '2999-01-01T00:00:00Z' }],
      ['a nearer expiry', { label: 'new', expiresAt: null }],
      ['a resurrection', { label: 'new', revokedAt: null }],
      ['another status', { label: 'new', status: 'active' }],
      ['another creator', { createdBy: '0193d7a4-7a5b-7000-8000-000000000000' }],
      ['another organization', { label: 'new', organizationId: '0193d7a4-7a5b-7000-8000-000000000000' }],
      ['a hash', { hash: 'x' }],
      ['a JSON patch', [{ op: 'replace', path: '/label', value: 'new' }]],
    ])('refuses %s, and changes nothing', async (_, body) => {
      const before = await dbToken(cast.app, issued.token.id);
      await cast.owner.patch(path, body).expect(problem(422, 'validation_failed'));
      expect(await dbToken(cast.app, issued.token.id)).toEqual(before);
    });

    it('names the scope that is not one of the present ones', async () => {
      const { body } = await cast.owner.patch(path, { scopes: ['tokens:read', 'audit:read'] });
      expect(body.errors).toEqual([{ field: 'scopes[1]', message: expect.stringContaining('narrower') }]);
    });
  });
});

describe('PATCH one of the organization tokens', () => {
  it('is for every admin, whoever made the token, and not for members', async () => {
    const cast = await scene();
    const path = tokenPath('organization', cast, await issue('organization', cast, cast.owner));
    await cast.admin.patch(path, { label: 'by the admin' }).expect(200);
    await cast.member.patch(path, { label: 'by a member' }).expect(problem(403, 'forbidden'));
    await cast.outsider.patch(path, { label: 'by an outsider' }).expect(problem(404, 'not_found'));
  });

  it('cannot be widened by two that narrow it at the same time', async () => {
    const cast = await scene();
    const issued = await issue('organization', cast, cast.owner, { scopes: SCOPES });
    const path = tokenPath('organization', cast, issued);
    const rivals = SCOPES.map((scope) => cast.owner.patch(path, { scopes: [scope] }));
    const statuses = (await Promise.all(rivals)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 422, 422]);
  });
});
