import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { bearing, type IssuedToken } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { found, scene, type Scene } from '../../support/scene.js';
import { dbExpire, dbTokenEvents, issue, present, TOKEN_KINDS, tokenPath, tokensPath } from '../../support/tokens.js';

const idsOf = (tokens: readonly IssuedToken[]): string[] => tokens.map(({ token }) => token.id);

describe.each(TOKEN_KINDS)('POST revoke to the %s tokens', (kind) => {
  let cast: Scene;
  let path: string;
  let three: IssuedToken[];
  beforeAll(async () => {
    cast = await scene();
    path = `${tokensPath(kind, cast)}/revoke`;
  });
  beforeEach(async () => {
    await cast.owner.post(path, { all: true }).expect(200);
    three = await Promise.all(Array.from({ length: 3 }, () => issue(kind, cast, cast.owner)));
  });
  /** The statuses that the three tokens meet. */
  const statuses = async (): Promise<number[]> =>
    Promise.all(three.map(async (each) => (await present(bearing(cast.app, each))).status));

  describe('succeeds', () => {
    it('revokes the named tokens and no other', async () => {
      const { body } = await cast.owner.post(path, { tokenIds: idsOf(three.slice(0, 2)), reason: 'leak' }).expect(200);
      expect(body).toEqual({ revoked: 2 });
      expect(await statuses()).toEqual([401, 401, 200]);
    });

    it('revokes every live token, and counts only those', async () => {
      const [dead, old] = [await issue(kind, cast, cast.owner), await issue(kind, cast, cast.owner)];
      await cast.owner.delete(tokenPath(kind, cast, dead)).expect(204);
      await dbExpire(cast.app, old);
      expect((await cast.owner.post(path, { all: true }).expect(200)).body).toEqual({ revoked: 3 });
      expect(await statuses()).toEqual([401, 401, 401]);
      expect((await cast.owner.post(path, { all: true }).expect(200)).body).toEqual({ revoked: 0 });
    });

    it('counts what is revoked already, or named twice, not again', async () => {
      const [id = ''] = idsOf(three);
      await cast.owner.post(path, { tokenIds: [id, id, id.toUpperCase()] }).expect(200, { revoked: 1 });
      await cast.owner.post(path, { tokenIds: [id] }).expect(200, { revoked: 0 });
    });

    it('records each token with the reason', async () => {
      await cast.owner.post(path, { all: true, reason: 'leak' }).expect(200);
      for (const id of idsOf(three)) {
        const [, event] = await dbTokenEvents(cast.app, id);
        expect(event).toMatchObject({ action: 'token.bulk_revoked', details: { reason: 'leak' } });
      }
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.post(path, { all: true }).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses a token that may only read tokens', async () => {
      const reader = bearing(cast.app, await cast.owner.issuePersonalToken(['tokens:read']));
      await reader.post(path, { all: true }).expect(problem(403, 'insufficient_scope'));
      expect(await statuses()).toEqual([200, 200, 200]);
    });
  });

  describe('hides', () => {
    it('changes nothing when one of the tokens is foreign, and answers as for none', async () => {
      const foreign = await found(cast.outsider);
      const other = await cast.outsider.issueOrganizationToken(foreign.id, ['organization:read']);
      const [first = '', second = ''] = idsOf(three);
      const one = await cast.owner.post(path, { tokenIds: [first, other.token.id, second] }).expect(404);
      const none = await cast.owner.post(path, { tokenIds: [first, randomUUID(), second] }).expect(404);
      expect(anonymized(one)).toEqual(anonymized(none));
      expect(one.text).not.toContain(other.token.id);
      expect([...(await statuses()), (await present(bearing(cast.app, other))).status]).toEqual([200, 200, 200, 200]);
    });
  });

  describe('validates', () => {
    const id = '0193d7a4-7a5b-7000-8000-000000000000';
    it.each([
      ['neither', {}],
      ['both', { tokenIds: [id], all: true }],
      ['no ids', { tokenIds: [] }],
      ['null ids', { tokenIds: null }],
      ['1,001 ids', { tokenIds: Array.from({ length: 1001 }, () => id) }],
      ['an id that is none', { tokenIds: [id, 'x'] }],
      ['ids that are no list', { tokenIds: id }],
      ['not all', { all: false }],
      ['all as a word', { all: 'true' }],
      ['an unknown field', { all: true, dryRun: true }],
    ])('refuses %s, and nothing changes', async (_, body) => {
      await cast.owner.post(path, body).expect(problem(422, 'validation_failed'));
      expect(await statuses()).toEqual([200, 200, 200]);
    });

    it('takes 1,000 ids', async () => {
      const tokenIds = Array.from({ length: 1000 }, () => idsOf(three)[0]);
      await cast.owner.post(path, { tokenIds }).expect(200, { revoked: 1 });
    });
  });
});

describe('POST revoke to the organization tokens', () => {
  it('is for every admin, also of tokens of others, and leaves personal tokens alone', async () => {
    const cast = await scene();
    const path = `${tokensPath('organization', cast)}/revoke`;
    const issued = await issue('organization', cast, cast.owner);
    const personal = await issue('personal', cast, cast.owner);
    await cast.member.post(path, { all: true }).expect(problem(403, 'forbidden'));
    await cast.outsider.post(path, { all: true }).expect(problem(404, 'not_found'));
    await cast.admin.post(path, { tokenIds: [issued.token.id, personal.token.id] }).expect(404);
    await cast.admin.post(path, { all: true }).expect(200, { revoked: 1 });
    await present(bearing(cast.app, personal)).expect(200);
  });

  it('lets a managing token revoke all, itself included', async () => {
    const cast = await scene();
    const manager = bearing(cast.app, await issue('organization', cast, cast.owner, { scopes: ['tokens:manage'] }));
    await issue('organization', cast, cast.owner);
    await manager.post(`${tokensPath('organization', cast)}/revoke`, { all: true }).expect(200, { revoked: 2 });
    await present(manager).expect(401);
  });
});
