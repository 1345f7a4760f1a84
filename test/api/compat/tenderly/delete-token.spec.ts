/** DELETE /api/v1/account/:account/token/:tokenId and /api/v1/user/token/:tokenId: revoke. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { IssuedToken } from '../../../support/actors.js';
import { scene, type Scene } from '../../../support/scene.js';
import { anonymousError, keyHolder, tenderlyError } from '../../../support/tenderly.js';
import { dbToken, dbTokenEvents, issue, present } from '../../../support/tokens.js';

let cast: Scene;
beforeAll(async () => {
  cast = await scene();
});

const personal = (): Promise<IssuedToken> => issue('personal', cast, cast.owner);
const organizational = (fields = {}): Promise<IssuedToken> => issue('organization', cast, cast.owner, fields);

function inAccount(account: string, { token }: { token: { id: string } }): string {
  return `/api/v1/account/${account}/token/${token.id}`;
}

function beside({ token }: { token: { id: string } }): string {
  return `/api/v1/user/token/${token.id}`;
}

async function isRevoked({ token }: IssuedToken): Promise<boolean> {
  return (await dbToken(cast.app, token.id)).revoked_at !== null;
}

describe('deleting a token', () => {
  it('revokes one’s own from the next request on, again and again, and answers a body to parse', async () => {
    for (const path of [(issued: IssuedToken) => inAccount('me', issued), beside]) {
      const issued = await personal();
      const holder = keyHolder(cast.app, issued);
      await present(holder).expect(200);
      expect((await cast.owner.delete(path(issued)).expect(200)).body).toEqual({});
      await present(holder).expect(401);
      expect((await cast.owner.delete(path(issued)).expect(200)).text).toBe('{}');
    }
  });

  it('revokes the organization’s, whoever made it, and is recorded once', async () => {
    const issued = await organizational();
    const path = inAccount(cast.organization.slug, issued);
    await cast.admin.delete(path).expect(200);
    await cast.admin.delete(path).expect(200);
    expect(await isRevoked(issued)).toBe(true);
    const [, ...events] = await dbTokenEvents(cast.app, issued.token.id);
    expect(events).toMatchObject([{ action: 'token.revoked', actor_id: cast.admin.id }]);
  });

  it.each(['me', 'user'])('lets a key without any such scope delete itself, by %s', async (place) => {
    for (const issued of [await personal(), await organizational()]) {
      const path = place === 'me' ? inAccount('me', issued) : beside(issued);
      await keyHolder(cast.app, issued).delete(path).expect(200);
      expect(await isRevoked(issued)).toBe(true);
    }
  });

  it('authenticates (401)', async () => {
    const issued = await personal();
    for (const path of [inAccount('me', issued), beside(issued)]) {
      await cast.anonymous.delete(path).expect(tenderlyError(401, 'unauthenticated'));
    }
    expect(await isRevoked(issued)).toBe(false);
  });

  it('authorizes (403): a token needs the right to delete another, and members have none', async () => {
    const [own, ours] = [await personal(), await organizational()];
    const holders = [await personal(), await organizational()].map((issued) => keyHolder(cast.app, issued));
    for (const holder of holders) {
      await holder.delete(inAccount('me', own)).expect(tenderlyError(403, 'insufficient_scope'));
      await holder.delete(beside(ours)).expect(tenderlyError(403, 'insufficient_scope'));
      await holder.delete(inAccount(cast.organization.id, ours)).expect(tenderlyError(403, 'insufficient_scope'));
    }
    await cast.member.delete(inAccount(cast.organization.id, ours)).expect(tenderlyError(403, 'forbidden'));
    expect([await isRevoked(own), await isRevoked(ours)]).toEqual([false, false]);
  });

  it('hides (404): neither foreign accounts nor tokens of another account are there', async () => {
    const [own, ours] = [await personal(), await organizational()];
    const nothing = { token: { id: randomUUID() } };
    const absent = await cast.owner.delete(inAccount('me', nothing)).expect(tenderlyError(404, 'not_found'));
    const calls = [
      cast.owner.delete(inAccount('me', ours)),
      cast.owner.delete(inAccount(cast.organization.id, own)),
      cast.owner.delete(inAccount('me', { token: { id: 'nonsense' } })),
      cast.outsider.delete(inAccount('me', own)),
      cast.outsider.delete(beside(own)),
      cast.outsider.delete(inAccount(cast.organization.slug, ours)),
      cast.admin.delete(inAccount(cast.owner.id, own)),
    ];
    for (const call of calls) {
      expect(anonymousError(await call.expect(tenderlyError(404, 'not_found')))).toEqual(anonymousError(absent));
    }
    expect([await isRevoked(own), await isRevoked(ours)]).toEqual([false, false]);
  });

  it('hides (404) a personal token from itself in an organization', async () => {
    for (const scopes of [['tokens:manage'], ['user:read']]) {
      const issued = await cast.owner.issuePersonalToken(scopes);
      const call = keyHolder(cast.app, issued).delete(inAccount(cast.organization.id, issued));
      await call.expect(tenderlyError(404, 'not_found'));
      expect(await isRevoked(issued)).toBe(false);
    }
  });
});
