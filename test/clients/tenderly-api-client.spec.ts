/**
 * @tenderly/api-client 1.1.0, the client of Tenderly's Hardhat plugin, unmodified, against the running service: what a user
 * of the plugin does, from the key in `~/.tenderly/config.yaml` on. It asks https://api.tenderly.co through a proxy
 * setting, so its requests arrive in absolute form, with a foreign Host.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { signUp, type IssuedToken, type Person } from '../support/actors.js';
import { ClientProcess } from '../support/client-process.js';
import { startService, type RunningService } from '../support/running-service.js';
import { found, type Organization } from '../support/scene.js';

const REFUSED = 'Error reason 401 Unauthorized';

let service: RunningService;
let owner: Person;
let organization: Organization;
let username: string;
let clients: ClientProcess[] = [];

beforeAll(async () => {
  service = await startService();
  owner = await signUp(service.app, 'Olivia Owner');
  organization = await found(owner);
  username = (await owner.get('/api/v1/users/me')).body.username as string;
}, 60_000);

afterEach(async () => {
  for (const client of clients) await client.end();
  clients = [];
});

afterAll(() => service.stop());

function client(accessKey: string | null): ClientProcess {
  const started = ClientProcess.start('run-api-client.js', service.app.url, accessKey);
  clients.push(started);
  return started;
}

const personal = (): Promise<IssuedToken> => owner.issuePersonalToken(['user:read', 'organization:read']);
const organizational = (): Promise<IssuedToken> => owner.issueOrganizationToken(organization.id, ['organization:read']);

describe('the Hardhat plugin’s client', () => {
  it('finds its principal and that one’s projects with a personal key', async () => {
    const hardhat = client((await personal()).secret);
    expect(await hardhat.call('getPrincipal')).toEqual({ id: owner.id, username });
    expect(await hardhat.call('getProjectSlugs', owner.id)).toEqual([]);
    expect(await hardhat.call('getProjectSlugs', username)).toEqual([]);
    expect(await hardhat.call('getProjectSlugs', organization.slug)).toEqual([]);
    expect(hardhat.said.trim()).toBe('');
  });

  it('finds the organization and its projects with an organization key', async () => {
    const hardhat = client((await organizational()).secret);
    expect(await hardhat.call('getPrincipal')).toEqual({ id: organization.id, username: organization.slug });
    expect(await hardhat.call('getProjectSlugs', organization.id)).toEqual([]);
    expect(hardhat.said.trim()).toBe('');
  });

  it('works with a key of Tenderly’s own making, which knows no scopes', async () => {
    const { body } = await owner.post('/api/v1/account/me/token', { name: 'Hardhat' }).expect(201);
    const hardhat = client(body.secret as string);
    expect(await hardhat.call('getPrincipal')).toEqual({ id: owner.id, username });
  });

  it('lists networks with any key and with none', async () => {
    for (const key of [null, (await personal()).secret, (await organizational()).secret, 'revoked-long-ago']) {
      const hardhat = client(key);
      expect(await hardhat.call('getNetworks')).toEqual([]);
      expect(hardhat.said).not.toContain('Error');
    }
  });

  it.each(['personal', 'organization'])('is refused between two calls when its %s key is revoked', async (kind) => {
    const isPersonal = kind === 'personal';
    const issued = await (isPersonal ? personal() : organizational());
    const hardhat = client(issued.secret);
    expect(await hardhat.call('getPrincipal')).not.toBeNull();

    const tokens = isPersonal ? '/api/v1/users/me/tokens' : `${organization.path}/tokens`;
    await owner.delete(`${tokens}/${issued.token.id}`).expect(204);

    expect(await hardhat.call('getPrincipal')).toBeNull();
    expect(hardhat.said).toContain(REFUSED);
    expect(hardhat.said).toContain('The credential is not valid.');
    expect(await hardhat.call('getProjectSlugs', 'me')).toEqual([]);
    expect(hardhat.said.split(REFUSED)).toHaveLength(3);
  });

  it('is told in words what is not there: another’s account, and what Latchkey does not do', async () => {
    const hardhat = client((await personal()).secret);
    expect(await hardhat.call('getProjectSlugs', 'somebody-else')).toEqual([]);
    expect(await hardhat.call('getLatestBlockNumber', '1')).toBeNull();
    const [first = '', second = ''] = hardhat.said.split('Error reason ').slice(1);
    expect(first).toContain('404 Not Found');
    expect(first).toContain('There is nothing here that you can see.');
    expect(second).toContain('404 Not Found');
  });
});
