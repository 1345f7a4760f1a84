import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { bearing, type IssuedToken } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Scene } from '../../support/scene.js';
import {
  dbExpire,
  dbTokenEvents,
  inHours,
  issue,
  PERSONAL_TOKENS,
  present,
  TOKEN_KINDS,
  tokenPath,
  tokensPath,
} from '../../support/tokens.js';

const SCOPES = ['organization:read', 'tokens:read'];

describe.each(TOKEN_KINDS)('POST rotate to one of the %s tokens', (kind) => {
  let cast: Scene;
  let old: IssuedToken;
  let path: string;
  beforeAll(async () => (cast = await scene()));
  beforeEach(async () => {
    old = await issue(kind, cast, cast.owner, { label: 'ci', scopes: SCOPES, expiresAt: inHours(5) });
    path = `${tokenPath(kind, cast, old)}/rotate`;
  });

  describe('succeeds', () => {
    it('gives a successor with the same label, scopes and expiry, and ends the old one at once', async () => {
      const { body, headers } = await cast.owner.post(path, {}).expect(201);
      const { label, scopes, expiresAt } = old.token as unknown as Record<string, unknown>;
      expect(headers['cache-control']).toBe('no-store');
      expect(body.token).toMatchObject({ kind, label, scopes, expiresAt, status: 'active', revokedAt: null });
      await present(bearing(cast.app, old)).expect(problem(401, 'invalid_token'));
      await present(bearing(cast.app, body)).expect(200);
    });

    it('takes no body at all', async () => {
      await cast.owner.post(path).expect(201);
    });

    it.each(['2999-01-01T00:00:00.000Z', null])('gives the successor another expiry: %s', async (expiresAt) => {
      const { body } = await cast.owner.post(path, { expiresAt }).expect(201);
      expect(body.token.expiresAt).toBe(expiresAt);
    });

    it('says of the old token what became of it', async () => {
      const { body } = await cast.owner.post(path, {}).expect(201);
      const shown = await cast.owner.get(tokenPath(kind, cast, old)).expect(200);
      expect(shown.body).toMatchObject({
        status: 'revoked',
        revokeReason: 'rotated',
        revokedBy: { id: cast.owner.id },
      });
      const [, rotated] = await dbTokenEvents(cast.app, old.token.id);
      expect(rotated).toMatchObject({ action: 'token.rotated', details: { successorId: body.token.id } });
      const [created] = await dbTokenEvents(cast.app, body.token.id);
      expect(created).toMatchObject({ action: 'token.created', details: { replacing: old.token.id } });
    });

    it('leaves the successor alive when the old token is presented again', async () => {
      const { body } = await cast.owner.post(path, {}).expect(201);
      await bearing(cast.app, old).post(path, {}).expect(problem(401, 'invalid_token'));
      await present(bearing(cast.app, body)).expect(200);
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.post(path, {}).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses a token that may only read tokens, itself included', async () => {
      await bearing(cast.app, old).post(path, {}).expect(problem(403, 'insufficient_scope'));
      await present(bearing(cast.app, old)).expect(200);
    });
  });

  describe('hides', () => {
    it('answers for a foreign token as for none, and leaves it alive', async () => {
      const foreign = await found(cast.outsider);
      const other = await cast.outsider.issueOrganizationToken(foreign.id, ['organization:read']);
      const none = await cast.owner.post(`${tokensPath(kind, cast)}/${randomUUID()}/rotate`, {}).expect(404);
      const response = await cast.owner.post(`${tokensPath(kind, cast)}/${other.token.id}/rotate`, {}).expect(404);
      expect(anonymized(response)).toEqual(anonymized(none));
      await present(bearing(cast.app, other)).expect(200);
    });
  });

  describe('conflicts', () => {
    it('does not bring back a revoked token', async () => {
      await cast.owner.delete(tokenPath(kind, cast, old)).expect(204);
      await cast.owner.post(path, {}).expect(problem(409, 'token_not_active'));
    });

    it('does not bring back an expired token', async () => {
      await dbExpire(cast.app, old);
      await cast.owner.post(path, { expiresAt: null }).expect(problem(409, 'token_not_active'));
    });
  });

  describe('validates', () => {
    it.each([
      ['a past expiry', { expiresAt: '2020-01-01T00:00:00Z' }],
      ['an expiry without offset', { expiresAt: '2999-01-01T00:00:00' }],
      ['another label', { label: 'other' }],
      ['other scopes', { scopes: ['tokens:manage'] }],
    ])('refuses %s, and the old token lives', async (_, body) => {
      await cast.owner.post(path, body).expect(problem(422, 'validation_failed'));
      await present(bearing(cast.app, old)).expect(200);
    });
  });
});

describe('POST rotate to one of the organization tokens', () => {
  let cast: Scene;
  let strong: IssuedToken;
  beforeAll(async () => {
    cast = await scene();
    strong = await issue('organization', cast, cast.owner, { scopes: ['tokens:manage', 'members:manage'] });
  });

  it('is for every admin, whoever made the token, and not for members', async () => {
    const path = `${tokenPath('organization', cast, await issue('organization', cast, cast.owner))}/rotate`;
    await cast.member.post(path, {}).expect(problem(403, 'forbidden'));
    await cast.outsider.post(path, {}).expect(problem(404, 'not_found'));
    const { body } = await cast.admin.post(path, {}).expect(201);
    expect(body.token.createdBy.id).toBe(cast.admin.id);
  });

  it('lets a token rotate itself, but nothing that has more scopes than it', async () => {
    const weak = await issue('organization', cast, cast.owner, { scopes: ['tokens:manage'] });
    const holder = bearing(cast.app, weak);
    const refused = await holder.post(`${tokenPath('organization', cast, strong)}/rotate`, {});
    expect(refused.body).toMatchObject({ status: 403, code: 'scope_not_grantable' });
    await present(bearing(cast.app, strong)).expect(200);
    await holder.post(`${tokenPath('organization', cast, weak)}/rotate`, {}).expect(201);
    await present(holder).expect(401);
  });

  it('lets no token live longer through itself', async () => {
    const fields = { scopes: ['tokens:manage'], expiresAt: inHours(1) };
    const mortal = await issue('organization', cast, cast.owner, fields);
    const path = `${tokenPath('organization', cast, mortal)}/rotate`;
    await bearing(cast.app, mortal).post(path, { expiresAt: null }).expect(problem(422, 'validation_failed'));
    await bearing(cast.app, mortal)
      .post(path, { expiresAt: inHours(2) })
      .expect(problem(422, 'validation_failed'));
    await bearing(cast.app, mortal).post(path, {}).expect(201);
  });
});

describe('POST rotate to one of the personal tokens', () => {
  it('does not give back what the user has lost since: a removed member’s token stays dead there', async () => {
    const cast = await scene();
    const token = await cast.admin.issuePersonalToken(['members:manage', 'organization:read']);
    await cast.owner.delete(`${cast.organization.path}/members/${cast.admin.id}`).expect(204);
    await dbJoin(cast.app, cast.organization.id, cast.admin.id, 'viewer');
    const path = `${PERSONAL_TOKENS}/${token.token.id}`;
    await cast.admin.post(`${path}/rotate`, {}).expect(problem(403, 'scope_not_grantable'));
    await cast.admin.patch(path, { scopes: ['organization:read'] }).expect(200);
    await cast.admin.post(`${path}/rotate`, {}).expect(201);
  });
});
