/** What Tenderly has and Latchkey has not: projects, networks, contracts. Clients list them to see that a key works. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../support/actors.js';
import { scene, type Scene } from '../../../support/scene.js';
import { anonymousError, keyHolder, tenderlyError } from '../../../support/tenderly.js';

const NETWORKS = '/api/v1/public-networks';
const LISTS: [string, (account: string) => string, object][] = [
  ['projects', (account) => `/api/v1/account/${account}/projects`, { projects: [] }],
  ['contracts', (account) => `/api/v2/accounts/${account}/projects/any/accounts?types[]=contract`, { accounts: [] }],
];

let cast: Scene;
let key: Actor;
let narrow: Actor;
let own: Actor;
beforeAll(async () => {
  cast = await scene();
  const { id } = cast.organization;
  key = keyHolder(cast.app, await cast.owner.issueOrganizationToken(id, ['organization:read']));
  narrow = keyHolder(cast.app, await cast.owner.issueOrganizationToken(id, ['tokens:read']));
  own = keyHolder(cast.app, await cast.owner.issuePersonalToken(['tokens:read']));
});

describe.each(LISTS)('the list of %s', (_, pathOf, empty) => {
  it('is empty for an account that the caller sees', async () => {
    const { id, slug } = cast.organization;
    for (const account of [id, slug]) {
      for (const actor of [cast.viewer, key])
        expect((await actor.get(pathOf(account)).expect(200)).body).toEqual(empty);
    }
    for (const actor of [cast.outsider, own, key])
      expect((await actor.get(pathOf('me')).expect(200)).body).toEqual(empty);
    expect((await own.get(pathOf(cast.owner.id)).expect(200)).body).toEqual(empty);
  });

  it('authenticates (401)', async () => {
    await cast.anonymous.get(pathOf('me')).expect(tenderlyError(401, 'unauthenticated'));
    await keyHolder(cast.app, { secret: 'x' }).get(pathOf('me')).expect(tenderlyError(401, 'invalid_token'));
  });

  it('authorizes (403): reading an organization needs organization:read here, too', async () => {
    for (const holder of [narrow, own]) {
      await holder.get(pathOf(cast.organization.id)).expect(tenderlyError(403, 'insufficient_scope'));
    }
  });

  it('hides (404) the accounts of others', async () => {
    const absent = await cast.outsider.get(pathOf('no-such-account')).expect(tenderlyError(404, 'not_found'));
    const { username } = (await cast.owner.get('/api/v1/users/me')).body as { username: string };
    for (const account of [cast.organization.id, cast.organization.slug, cast.owner.id, username]) {
      expect(anonymousError(await cast.outsider.get(pathOf(account)))).toEqual(anonymousError(absent));
    }
  });
});

describe('the list of networks', () => {
  it('is there without a credential, and with any', async () => {
    for (const actor of [cast.anonymous, key, keyHolder(cast.app, { secret: 'revoked' })]) {
      expect((await actor.get(NETWORKS).expect(200)).body).toEqual([]);
    }
  });
});

describe('what Tenderly serves and Latchkey does not', () => {
  it.each([
    '/api/v1/account/me/project/x/simulate',
    '/api/v1/user/devices',
    '/api/v1/public-networks/1',
    '/login/token/x',
  ])('is not found in Tenderly’s words: %s', async (path) => {
    await cast.owner.get(path).expect(tenderlyError(404, 'not_found'));
    await cast.anonymous.post(path, {}).expect(tenderlyError(404, 'not_found'));
  });
});
