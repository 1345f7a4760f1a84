/** GET /api/v1/user and /api/v1/principal: who is calling, in Tenderly's fields. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing, signUp, type Actor } from '../../../support/actors.js';
import { scene, type Scene } from '../../../support/scene.js';
import { keyHolder, tenderlyError } from '../../../support/tenderly.js';

const USER = '/api/v1/user';
const PRINCIPAL = '/api/v1/principal';

let cast: Scene;
let username: string;
beforeAll(async () => {
  cast = await scene();
  username = (await cast.owner.get('/api/v1/users/me')).body.username as string;
});

async function personal(scopes: string[]): Promise<Actor> {
  return keyHolder(cast.app, await cast.owner.issuePersonalToken(scopes));
}

async function organizational(scopes = ['tokens:read']): Promise<Actor> {
  return keyHolder(cast.app, await cast.owner.issueOrganizationToken(cast.organization.id, scopes));
}

describe('GET /api/v1/user', () => {
  it('answers a session and a personal token with user:read the user', async () => {
    const { id, email } = cast.owner;
    const user = { id, username, type: 'user', email, first_name: 'Olivia', last_name: 'Owner' };
    for (const actor of [cast.owner, await personal(['user:read'])]) {
      expect((await actor.get(USER).expect(200)).body).toEqual({ user });
    }
  });

  it('answers a personal token without user:read who it is, and nothing of the person', async () => {
    const { body, text } = await (await personal(['organization:read'])).get(USER).expect(200);
    const nothing = { email: null, first_name: null, last_name: null };
    expect(body).toEqual({ user: { id: cast.owner.id, username, type: 'user', ...nothing } });
    expect(text).not.toMatch(new RegExp(`${cast.owner.email}|"Olivia`));
  });

  it('answers an organization token its organization, and nothing of who made it', async () => {
    const { id, slug } = cast.organization;
    const { body, text } = await (await organizational()).get(USER).expect(200);
    expect(body).toEqual({ user: { id, username: slug, type: 'organization' } });
    expect(text).not.toContain(cast.owner.id);
  });

  it('knows one name alone, and a name of many', async () => {
    for (const [name, first, last] of [
      ['Cher', 'Cher', ''],
      ['Ada King Countess of Lovelace', 'Ada', 'King Countess of Lovelace'],
    ]) {
      const { body } = await (await signUp(cast.app, name)).get(USER).expect(200);
      expect(body.user).toMatchObject({ first_name: first, last_name: last });
    }
  });

  it('is not kept by caches', async () => {
    expect((await cast.owner.get(USER)).headers['cache-control']).toBe('no-store');
  });

  it('authenticates (401)', async () => {
    await cast.anonymous.get(USER).expect(tenderlyError(401, 'unauthenticated'));
    await keyHolder(cast.app, { secret: 'lk_pat_x' }).get(USER).expect(tenderlyError(401, 'invalid_token'));
  });

  it('refuses a revoked key from the next request on (401)', async () => {
    const issued = await cast.owner.issuePersonalToken(['user:read']);
    const holder = keyHolder(cast.app, issued);
    await holder.get(USER).expect(200);
    await cast.owner.delete(`/api/v1/users/me/tokens/${issued.token.id}`).expect(204);
    const { headers } = await holder.get(USER).expect(tenderlyError(401, 'invalid_token'));
    expect(headers['www-authenticate']).toBe('Bearer realm="latchkey", error="invalid_token"');
  });
});

describe('GET /api/v1/principal', () => {
  it('answers a person', async () => {
    const { id, email } = cast.owner;
    const user = { id, username, email, first_name: 'Olivia', last_name: 'Owner' };
    const principal = { id, username, type: 'user', user, organization: null };
    for (const actor of [cast.owner, await personal(['user:read'])]) {
      expect((await actor.get(PRINCIPAL).expect(200)).body).toEqual({ principal });
    }
  });

  it('answers a personal token without user:read no more than who it is', async () => {
    const { body } = await (await personal(['tokens:read'])).get(PRINCIPAL).expect(200);
    const user = { id: cast.owner.id, username, email: null, first_name: null, last_name: null };
    expect(body.principal).toMatchObject({ user, organization: null });
  });

  it('answers an organization, whose name clients read', async () => {
    const { id, slug, name } = cast.organization;
    const { body } = await (await organizational()).get(PRINCIPAL).expect(200);
    const principal = { id, username: slug, type: 'organization', user: null, organization: { id, name } };
    expect(body).toEqual({ principal });
  });

  it('takes a bearer as well as a key', async () => {
    await bearing(cast.app, await cast.owner.issuePersonalToken(['tokens:read']))
      .get(PRINCIPAL)
      .expect(200);
  });

  it('authenticates (401)', async () => {
    await cast.anonymous.get(PRINCIPAL).expect(tenderlyError(401, 'unauthenticated'));
  });
});
