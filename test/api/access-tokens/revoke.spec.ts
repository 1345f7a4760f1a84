import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Actor, bearing, type IssuedToken } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { found, scene, type Scene } from '../../support/scene.js';
import {
  dbExpire,
  dbToken,
  dbTokenEvents,
  issue,
  present,
  TOKEN_KINDS,
  tokenPath,
  tokensPath,
} from '../../support/tokens.js';

describe.each(TOKEN_KINDS)('DELETE one of the %s tokens', (kind) => {
  let cast: Scene;
  let issued: IssuedToken;
  let path: string;
  beforeAll(async () => (cast = await scene()));
  beforeEach(async () => {
    issued = await issue(kind, cast, cast.owner, { scopes: ['organization:read', 'tokens:read'] });
    path = tokenPath(kind, cast, issued);
  });

  describe('succeeds', () => {
    it('ends the token with the next request', async () => {
      await present(bearing(cast.app, issued)).expect(200);
      await cast.owner.delete(path).expect(204, '');
      await present(bearing(cast.app, issued)).expect(problem(401, 'invalid_token'));
    });

    it('keeps it in the lists, with who, when and why', async () => {
      await cast.owner.delete(path, { reason: 'laptop stolen' }).expect(204);
      const { body } = await cast.owner.get(path).expect(200);
      expect(body).toMatchObject({
        status: 'revoked',
        revokedAt: expect.stringMatching(/Z$/),
        revokedBy: { id: cast.owner.id, name: cast.owner.name },
        revokeReason: 'laptop stolen',
      });
    });

    it('answers the same a second time, and keeps the first time and reason', async () => {
      await cast.owner.delete(path, { reason: 'first' }).expect(204);
      const before = await dbToken(cast.app, issued.token.id);
      await cast.owner.delete(path, { reason: 'second' }).expect(204);
      expect(await dbToken(cast.app, issued.token.id)).toEqual(before);
    });

    it.each(['application/json', 'application/json; charset=utf-8'])(
      'takes an empty body labelled %s',
      async (type) => {
        await cast.owner.delete(path).set('content-type', type).expect(204);
        await present(bearing(cast.app, issued)).expect(401);
      },
    );

    it.each([null, ''])('takes the reason %j for none', async (reason) => {
      await cast.owner.delete(path, { reason }).expect(204);
      expect((await cast.owner.get(path).expect(200)).body).toMatchObject({ status: 'revoked', revokeReason: null });
    });

    it('takes an empty object', async () => {
      await cast.owner.delete(path, {}).expect(204);
    });

    it('marks an expired token as revoked too', async () => {
      await dbExpire(cast.app, issued);
      await cast.owner.delete(path).expect(204);
      expect((await cast.owner.get(path)).body).toMatchObject({ status: 'revoked' });
    });

    it('records it once, however often it is asked for', async () => {
      await Promise.all(Array.from({ length: 5 }, () => cast.owner.delete(path, { reason: 'stolen' }).expect(204)));
      const events = await dbTokenEvents(cast.app, issued.token.id);
      expect(events.map(({ action }) => action)).toEqual(['token.created', 'token.revoked']);
      expect(events[1]).toMatchObject({ actor_kind: 'user', actor_id: cast.owner.id, details: { reason: 'stolen' } });
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.delete(path).expect(problem(401, 'unauthenticated'));
    });

    it('answers a revoked token as one that never was', async () => {
      await cast.owner.delete(path).expect(204);
      const dead = await bearing(cast.app, issued).get(tokensPath(kind, cast));
      const never = await new Actor(cast.app, 'x').get(tokensPath(kind, cast));
      expect(anonymized(dead)).toEqual(anonymized(never));
      expect(dead.headers['www-authenticate']).toBe(never.headers['www-authenticate']);
    });
  });

  describe('authorizes', () => {
    it('refuses a token that may only read tokens', async () => {
      await bearing(cast.app, issued).delete(path).expect(problem(403, 'insufficient_scope'));
      await present(bearing(cast.app, issued)).expect(200);
    });
  });

  describe('hides', () => {
    it('answers for a foreign token as for none, and leaves it alive', async () => {
      const foreign = await found(cast.outsider);
      const other = await cast.outsider.issueOrganizationToken(foreign.id, ['organization:read']);
      const none = await cast.owner
        .delete(`${tokensPath(kind, cast)}/${randomUUID()}`)
        .expect(problem(404, 'not_found'));
      const response = await cast.owner.delete(`${tokensPath(kind, cast)}/${other.token.id}`);
      expect(anonymized(response)).toEqual(anonymized(none));
      await present(bearing(cast.app, other)).expect(200);
    });
  });

  describe('validates', () => {
    it.each([
      ['a reason of 201 characters', { reason: 'x'.repeat(201) }],
      ['a line break', { reason: 'a\nb' }],
      ['an unknown field', { because: 'x' }],
      ['a list', [{ reason: 'x' }]],
    ])('refuses %s, and the token lives', async (_, body) => {
      await cast.owner.delete(path, body).expect(problem(422, 'validation_failed'));
      await present(bearing(cast.app, issued)).expect(200);
    });

    it('refuses a body that is no JSON, and the token lives', async () => {
      await cast.owner.delete(path).set('content-type', 'application/json').send('{"reason":').expect(400);
      await cast.owner.delete(path).set('content-type', 'text/plain').send('stolen').expect(415);
      await present(bearing(cast.app, issued)).expect(200);
    });
  });
});

describe('DELETE one of the organization tokens', () => {
  let cast: Scene;
  let issued: IssuedToken;
  let path: string;
  beforeAll(async () => (cast = await scene()));
  beforeEach(async () => {
    issued = await issue('organization', cast, cast.owner);
    path = tokenPath('organization', cast, issued);
  });

  it('refuses member and viewer, and hides it from an outsider', async () => {
    await cast.member.delete(path).expect(problem(403, 'forbidden'));
    await cast.viewer.delete(path).expect(problem(403, 'forbidden'));
    await cast.outsider.delete(path).expect(problem(404, 'not_found'));
    await present(bearing(cast.app, issued)).expect(200);
  });

  it('is for every admin, and for a token that manages tokens, which acts as nobody', async () => {
    const manager = await issue('organization', cast, cast.owner, { scopes: ['tokens:manage'] });
    await bearing(cast.app, manager).delete(path, { reason: 'nightly' }).expect(204);
    expect((await cast.admin.get(path)).body).toMatchObject({ revokedBy: null, revokeReason: 'nightly' });
    await cast.admin.delete(tokenPath('organization', cast, manager)).expect(204);
    await present(bearing(cast.app, manager)).expect(401);
  });
});
