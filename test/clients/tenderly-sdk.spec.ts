/**
 * @tenderly/sdk 0.3.1 with axios 1.7.9, unmodified, against the running service: a key that works lists contracts and
 * wallets, of which Latchkey has none; a key that does not raises the SDK's own ApiError.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { signUp, type IssuedToken, type Person } from '../support/actors.js';
import { ClientProcess } from '../support/client-process.js';
import { startService, type RunningService } from '../support/running-service.js';
import { found, type Organization } from '../support/scene.js';

const ADDRESS = '0x6b175474e89094c44da98b954eedeac495271d0f';
const NONE = { value: [] };

let service: RunningService;
let owner: Person;
let organization: Organization;
let clients: ClientProcess[] = [];

beforeAll(async () => {
  service = await startService();
  owner = await signUp(service.app, 'Olivia Owner');
  organization = await found(owner);
}, 60_000);

afterEach(async () => {
  for (const client of clients) await client.end();
  clients = [];
});

afterAll(() => service.stop());

function sdk(account: string, { secret }: Pick<IssuedToken, 'secret'>): ClientProcess {
  const started = ClientProcess.start('run-sdk.js', service.app.url, null, [account, secret]);
  clients.push(started);
  return started;
}

function apiError(status: number, slug: string): object {
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
  return { error: { name: 'ApiError', isApiError: true, status, id, slug, message: expect.any(String) } };
}

describe('the SDK', () => {
  it('lists nothing, without an error, with a personal and with an organization key', async () => {
    const keys = [
      await owner.issuePersonalToken(['organization:read']),
      await owner.issueOrganizationToken(organization.id, ['organization:read']),
    ];
    for (const key of keys) {
      const tenderly = sdk(organization.slug, key);
      expect(await tenderly.call('getAll')).toEqual(NONE);
      expect(await tenderly.call('getBy', { tags: ['my-tag'] })).toEqual(NONE);
    }
  });

  it('says by itself that a contract is not there', async () => {
    const tenderly = sdk('me', await owner.issuePersonalToken(['user:read']));
    const error = { name: 'NotFoundError', slug: 'resource_not_found' };
    expect(await tenderly.call('get', ADDRESS)).toMatchObject({ error });
  });

  it('raises its own ApiError for a key that was never issued, and for one without the scope', async () => {
    const never = { secret: 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6' };
    expect(await sdk('me', never).call('getAll')).toEqual(apiError(401, 'invalid_token'));
    const narrow = await owner.issueOrganizationToken(organization.id, ['tokens:read']);
    expect(await sdk(organization.id, narrow).call('getAll')).toEqual(apiError(403, 'insufficient_scope'));
  });

  it('raises it for another’s account, and for what Latchkey does not do', async () => {
    const key = await owner.issuePersonalToken(['user:read']);
    expect(await sdk('somebody-else', key).call('getAll')).toEqual(apiError(404, 'not_found'));
    expect(await sdk('me', key).call('add', ADDRESS)).toEqual(apiError(404, 'not_found'));
  });

  it('raises it between two calls when its key is revoked', async () => {
    const issued = await owner.issueOrganizationToken(organization.id, ['organization:read']);
    const tenderly = sdk('me', issued);
    expect(await tenderly.call('getAll')).toEqual(NONE);
    await owner.delete(`${organization.path}/tokens/${issued.token.id}`).expect(204);
    expect(await tenderly.call('getAll')).toEqual(apiError(401, 'invalid_token'));
  });
});
