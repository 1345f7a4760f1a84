/** POST /api/v1/account/:account/token and /api/v1/user/token: a token by its label alone. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { scopesOf } from '../../../../src/access-control/scopes.js';
import type { Actor } from '../../../support/actors.js';
import { startApp } from '../../../support/app.js';
import { scene, type Scene } from '../../../support/scene.js';
import { anonymousError, keyHolder, tenderlyError } from '../../../support/tenderly.js';
import { dbToken, dbTokenEvents, inHours, present } from '../../../support/tokens.js';

const NAME = { name: 'CLI access token' };
const MINE = '/api/v1/account/me/token';

let cast: Scene;
beforeAll(async () => {
  cast = await scene();
});

function ours(account = cast.organization.id): string {
  return `/api/v1/account/${account}/token`;
}

interface Created {
  readonly id: string;
  readonly secret: string;
}

async function create(actor: Actor, path: string, fields: object = {}): Promise<Created> {
  const { body } = await actor.post(path, { ...NAME, ...fields }).expect(201);
  return body as Created;
}

async function manager(scopes = ['tokens:manage', 'organization:read'], fields = {}): Promise<Actor> {
  return keyHolder(cast.app, await cast.owner.issueOrganizationToken(cast.organization.id, scopes, fields));
}

const dbCount = async (): Promise<number> => (await cast.app.db('SELECT 1 FROM access_tokens')).length;

describe('a token for oneself', () => {
  it('is a personal one with this label, every scope and no end, and works', async () => {
    const created = await create(cast.owner, MINE);
    expect(Object.keys(created).sort()).toEqual(['id', 'secret']);
    const { token } = (await present(keyHolder(cast.app, created)).expect(200)).body;
    expect(token).toMatchObject({ id: created.id, kind: 'personal', label: NAME.name, expiresAt: null });
    expect(token.scopes).toEqual(scopesOf('personal'));
  });

  it('carries no scope that its maker could not grant', async () => {
    const { token } = (await present(keyHolder(cast.app, await create(cast.outsider, MINE)))).body;
    const beyond = ['ledger-accounts:read', 'ledger-accounts:manage', 'ledger-accounts:reveal'];
    expect(token.scopes).toEqual(['organization:read', ...beyond, 'user:read']);
  });

  it('is made by any name of the account, and beside it', async () => {
    const { username } = (await cast.owner.get('/api/v1/users/me')).body as { username: string };
    for (const path of [ours(username), ours(cast.owner.id), ours(cast.owner.id.toUpperCase()), '/api/v1/user/token']) {
      const { id } = await create(cast.owner, path);
      expect(await dbToken(cast.app, id)).toMatchObject({ user_id: cast.owner.id, organization_id: null });
    }
  });

  it('is recorded with its scopes', async () => {
    const { id } = await create(cast.owner, MINE);
    const events = await dbTokenEvents(cast.app, id);
    expect(events).toMatchObject([{ action: 'token.created', details: { expiresAt: null } }]);
  });
});

describe('a token for an organization', () => {
  it.each(['id', 'slug'] as const)('belongs to it, by its %s', async (name) => {
    const { id } = await create(cast.admin, ours(cast.organization[name]));
    const { organization_id, created_by } = await dbToken(cast.app, id);
    expect({ organization_id, created_by }).toEqual({
      organization_id: cast.organization.id,
      created_by: cast.admin.id,
    });
  });

  it('carries every scope of its kind that an admin may grant', async () => {
    const created = await create(cast.admin, ours());
    const { token } = (await present(keyHolder(cast.app, created)).expect(200)).body;
    expect(token).toMatchObject({ kind: 'organization', scopes: scopesOf('organization'), expiresAt: null });
  });

  it.each(['me', 'id'])(
    'that a token makes, named by %s, has no scope and no day more than its maker',
    async (account) => {
      const expiresAt = inHours(1);
      const maker = await manager(['tokens:manage', 'members:read'], { expiresAt });
      const { id } = await create(maker, ours(account === 'me' ? 'me' : undefined));
      const token = await dbToken(cast.app, id);
      expect(token).toMatchObject({ scopes: ['members:read', 'tokens:manage'], organization_id: cast.organization.id });
      expect((token.expires_at as Date).toISOString()).toBe(expiresAt);
    },
  );

  it('that a personal token makes stays within its scopes and its user’s role', async () => {
    const scopes = ['tokens:manage', 'audit:read', 'user:read'];
    const { id } = await create(keyHolder(cast.app, await cast.admin.issuePersonalToken(scopes)), ours());
    expect((await dbToken(cast.app, id)).scopes).toEqual(['tokens:manage', 'audit:read']);
  });
});

describe('creating a token', () => {
  let before: number;
  beforeEach(async () => {
    before = await dbCount();
  });

  it('authenticates (401)', async () => {
    for (const path of [MINE, ours(), '/api/v1/user/token']) {
      await cast.anonymous.post(path, NAME).expect(tenderlyError(401, 'unauthenticated'));
    }
    expect(await dbCount()).toBe(before);
  });

  it('authorizes (403): no token makes a personal token', async () => {
    const holder = keyHolder(cast.app, await cast.owner.issuePersonalToken(scopesOf('personal')));
    for (const path of [MINE, ours(cast.owner.id), '/api/v1/user/token']) {
      await holder.post(path, NAME).expect(tenderlyError(403, 'insufficient_scope'));
    }
    expect(await dbCount()).toBe(before + 1);
  });

  it('authorizes (403): neither members and viewers nor a token without tokens:manage make one for the organization', async () => {
    for (const actor of [cast.member, cast.viewer]) {
      await actor.post(ours(), NAME).expect(tenderlyError(403, 'forbidden'));
    }
    expect(await dbCount()).toBe(before);
    await (await manager(['tokens:read'])).post(ours(), NAME).expect(tenderlyError(403, 'insufficient_scope'));
    expect(await dbCount()).toBe(before + 1);
  });

  it('hides (404): an account that one cannot see is as absent as none', async () => {
    const { username } = (await cast.owner.get('/api/v1/users/me')).body as { username: string };
    const absent = await cast.outsider.post(ours('no-such-account'), NAME);
    for (const account of [cast.organization.id, cast.organization.slug, cast.owner.id, username]) {
      const response = await cast.outsider.post(ours(account), NAME).expect(tenderlyError(404, 'not_found'));
      expect(anonymousError(response)).toEqual(anonymousError(absent));
    }
    expect(await dbCount()).toBe(before);
  });

  it('conflicts (409): the quota is the same as for every token', async () => {
    const small = await startApp({ beside: cast.app, env: { TOKEN_QUOTA: '1' } });
    const { outsider } = await scene(small);
    await create(outsider, MINE);
    for (const path of [MINE, '/api/v1/user/token']) {
      await outsider.post(path, NAME).expect(tenderlyError(409, 'quota_reached'));
    }
  });

  it.each([{}, { name: '' }, { name: 'x'.repeat(101) }, { name: 1 }, { ...NAME, scopes: ['user:read'] }])(
    'validates (422) %j, and says which field is wrong',
    async (body) => {
      const { error } = (await cast.owner.post(MINE, body).expect(tenderlyError(422, 'validation_failed'))).body;
      expect(error.message).toMatch(/name|scopes is not a known field/);
      expect(await dbCount()).toBe(before);
    },
  );
});
