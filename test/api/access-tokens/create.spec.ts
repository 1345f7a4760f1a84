import { beforeAll, describe, expect, it } from '@jest/globals';
import { scopesOf } from '../../../src/access-control/scopes.js';
import { bearing, signUp } from '../../support/actors.js';
import { problem } from '../../support/problems.js';
import { scene, type Scene } from '../../support/scene.js';
import {
  dbToken,
  dbTokenEvents,
  HARMLESS,
  inHours,
  issue,
  PERSONAL_TOKENS,
  present,
  TOKEN_KINDS,
  tokenBody,
  tokensPath,
} from '../../support/tokens.js';

describe.each(TOKEN_KINDS)('POST the %s tokens', (kind) => {
  let cast: Scene;
  let path: string;
  beforeAll(async () => {
    cast = await scene();
    path = tokensPath(kind, cast);
  });
  const dbCount = async (): Promise<number> => (await cast.app.db('SELECT 1 FROM access_tokens')).length;

  describe('succeeds', () => {
    it('answers the secret once, beside the token, and forbids to store it', async () => {
      const { owner } = cast;
      const response = await owner.post(path, tokenBody({ label: '  deploy ' })).expect(201);
      const { secret, token } = response.body;
      expect(response.headers['cache-control']).toBe('no-store');
      expect(Object.keys(response.body)).toEqual(['secret', 'token']);
      expect(token).toEqual({
        id: expect.any(String),
        kind,
        label: 'deploy',
        scopes: ['organization:read'],
        hint: `${secret.slice(0, 7)}…${secret.slice(-4)}`,
        status: 'active',
        createdAt: expect.stringMatching(/Z$/),
        createdBy: { id: owner.id, name: owner.name },
        expiresAt: null,
        lastUsedAt: null,
        lastUsedIp: null,
        revokedAt: null,
        revokedBy: null,
        revokeReason: null,
      });
    });

    it('issues a token that works at once', async () => {
      const issued = await issue(kind, cast, cast.owner);
      const { body } = await present(bearing(cast.app, issued)).expect(200);
      expect(body.token.id).toBe(issued.token.id);
    });

    it('keeps nothing of the secret but a keyed hash', async () => {
      const { secret, token } = await issue(kind, cast, cast.owner);
      const row = await dbToken(cast.app, token.id);
      const stored = JSON.stringify(row, (_, value) => (Buffer.isBuffer(value) ? value.toString('latin1') : value));
      expect(stored).not.toContain(secret.slice(-49, -6));
      expect(row).toMatchObject({ secret_hash: expect.any(Buffer), hash_key_version: 'v1' });
    });

    it('takes any offset and stores the instant', async () => {
      const { body } = await cast.owner.post(path, tokenBody({ expiresAt: '2999-01-01T01:30:00+01:30' })).expect(201);
      expect(body.token).toMatchObject({ expiresAt: '2999-01-01T00:00:00.000Z', status: 'active' });
    });

    it('takes the last instant of the year 9999', async () => {
      await cast.owner.post(path, tokenBody({ expiresAt: '9999-12-31T23:59:59Z' })).expect(201);
    });

    it('takes two tokens with the same label', async () => {
      await issue(kind, cast, cast.owner, { label: 'twin' });
      await issue(kind, cast, cast.owner, { label: 'twin' });
    });

    it('takes 100 characters, however many bytes they are', async () => {
      const label = '🗝'.repeat(100);
      const { token } = await issue(kind, cast, cast.owner, { label });
      expect(token.label).toBe(label);
    });

    it('gives an owner every scope there is', async () => {
      const { token } = await issue(kind, cast, cast.owner, { scopes: scopesOf(kind) });
      expect(token.scopes).toEqual(scopesOf(kind));
    });

    it('records who did it, and no secret', async () => {
      const { secret, token } = await issue(kind, cast, cast.owner, { label: 'deploy' });
      const events = await dbTokenEvents(cast.app, token.id);
      const details = { scopes: ['organization:read'], expiresAt: null };
      const by = { actor_kind: 'user', actor_id: cast.owner.id };
      expect(events).toEqual([{ action: 'token.created', ...by, target_name: 'deploy', details }]);
      expect(JSON.stringify(events)).not.toContain(secret.slice(10));
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.post(path, tokenBody()).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('refuses a personal token without tokens:manage', async () => {
      const token = bearing(cast.app, await cast.owner.issuePersonalToken(['tokens:read', 'organization:read']));
      const before = await dbCount();
      await token.post(path, tokenBody()).expect(problem(403, 'insufficient_scope'));
      expect(await dbCount()).toBe(before);
    });
  });

  describe('validates', () => {
    it.each([
      ['no label', { label: undefined }, 'label'],
      ['an empty label', { label: '' }, 'label'],
      ['a blank label', { label: ' \t ' }, 'label'],
      ['101 characters', { label: 'x'.repeat(101) }, 'label'],
      ['a line break', { label: 'a\nb' }, 'label'],
      ['a bidi override', { label: 'a\u202eb' }, 'label'],
      ['NUL', { label: 'a\u0000b' }, 'label'],
      ['a label that is no text', { label: 7 }, 'label'],
      ['no scopes', { scopes: undefined }, 'scopes'],
      ['null scopes', { scopes: null }, 'scopes'],
      ['empty scopes', { scopes: [] }, 'scopes'],
      ['scopes that are no list', { scopes: 'organization:read' }, 'scopes'],
      ['scopes that are no texts', { scopes: [['organization:read']] }, 'scopes'],
      ['an unknown scope', { scopes: ['organization:read', 'all'] }, 'scopes[1]'],
      ['a duplicate scope', { scopes: ['organization:read', 'members:read', 'organization:read'] }, 'scopes[2]'],
      ['a session-only permission', { scopes: ['organization:delete'] }, 'scopes[0]'],
      ['the right to manage the user', { scopes: ['user:manage'] }, 'scopes[0]'],
      ['no expiry', { expiresAt: undefined }, 'expiresAt'],
      ['a past expiry', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
      ['an expiry without offset', { expiresAt: '2999-01-01T00:00:00' }, 'expiresAt'],
      ['a day that no calendar has', { expiresAt: '2999-02-30T00:00:00Z' }, 'expiresAt'],
      ['the year 10000 in UTC', { expiresAt: '9999-12-31T23:59:59-00:01' }, 'expiresAt'],
      ['a number', { expiresAt: 4_102_444_800 }, 'expiresAt'],
      ['infinity', { expiresAt: 'infinity' }, 'expiresAt'],
      ['an empty expiry', { expiresAt: '' }, 'expiresAt'],
      ['another owner', { createdBy: '0193d7a4-7a5b-7000-8000-000000000000' }, 'createdBy'],
      ['another organization', { organizationId: '0193d7a4-7a5b-7000-8000-000000000000' }, 'organizationId'],
      ['a hash', { hash: 'x' }, 'hash'],
      ['a revocation', { revokedAt: null }, 'revokedAt'],
    ])('refuses %s', async (_, fields, at) => {
      const before = await dbCount();
      const response = await cast.owner.post(path, tokenBody(fields)).expect(problem(422, 'validation_failed'));
      expect(response.body.errors).toContainEqual({ field: at, message: expect.any(String) });
      expect(await dbCount()).toBe(before);
    });

    it('refuses an expiry that is over by the database’s clock, and takes one that is not', async () => {
      const [row] = await cast.app.db<{ soon: Date }>(`SELECT clock_timestamp() + interval '5 seconds' AS soon`);
      const past = new Date(Number(row?.soon) - 5_001).toISOString();
      await cast.owner.post(path, tokenBody({ expiresAt: past })).expect(422);
      await cast.owner.post(path, tokenBody({ expiresAt: row?.soon })).expect(201);
    });
  });
});

describe('POST the personal tokens', () => {
  let cast: Scene;
  beforeAll(async () => (cast = await scene()));

  it('grants what is anybody’s own, without any organization', async () => {
    const loner = await signUp(cast.app);
    await loner.issuePersonalToken(['user:read', 'organization:read', 'ledger-accounts:manage']);
  });

  it.each([
    ['viewer', 'tokens:read'],
    ['member', 'tokens:manage'],
    ['member', 'audit:read'],
    ['outsider', 'members:read'],
  ] as const)('does not let the %s grant %s', async (role, scope) => {
    const body = tokenBody({ scopes: ['user:read', scope] });
    const response = await cast[role].post(PERSONAL_TOKENS, body).expect(problem(403, 'scope_not_grantable'));
    expect(response.body.errors).toEqual([{ field: 'scopes[1]', message: 'exceeds what you may grant' }]);
    expect(await cast.app.db('SELECT 1 FROM access_tokens WHERE user_id = $1', [cast[role].id])).toEqual([]);
  });

  it('is not for tokens, which could otherwise multiply', async () => {
    const token = bearing(cast.app, await cast.owner.issuePersonalToken(['user:read', 'tokens:manage']));
    await token.post(PERSONAL_TOKENS, tokenBody()).expect(problem(403, 'insufficient_scope'));
    const organization = bearing(
      cast.app,
      await issue('organization', cast, cast.owner, { scopes: ['tokens:manage'] }),
    );
    await organization.post(PERSONAL_TOKENS, tokenBody()).expect(problem(403, 'insufficient_scope'));
  });
});

describe('POST the organization tokens', () => {
  let cast: Scene;
  let path: string;
  beforeAll(async () => {
    cast = await scene();
    path = tokensPath('organization', cast);
  });

  it('takes the organization’s slug as well as its id', async () => {
    const { body } = await cast.admin.post(`/api/v1/organizations/${cast.organization.slug}/tokens`, tokenBody());
    await present(bearing(cast.app, body)).expect(200);
  });

  it('does not know user:read, because it acts as nobody', async () => {
    await cast.owner.post(path, tokenBody({ scopes: ['user:read'] })).expect(problem(422, 'validation_failed'));
  });

  it.each(['member', 'viewer'] as const)('refuses the %s', async (role) => {
    await cast[role].post(path, tokenBody()).expect(problem(403, 'forbidden'));
  });

  it('hides the organization from an outsider', async () => {
    await cast.outsider.post(path, tokenBody()).expect(problem(404, 'not_found'));
  });

  describe('by a token', () => {
    const manager = async (scopes: string[], fields: object = {}) =>
      bearing(
        cast.app,
        await issue('organization', cast, cast.owner, { scopes: ['tokens:manage', ...scopes], ...fields }),
      );

    it('has no creator, because an organization token acts as nobody', async () => {
      const { body } = await (await manager(HARMLESS)).post(path, tokenBody()).expect(201);
      expect(body.token.createdBy).toBeNull();
    });

    it('never exceeds the scopes of the token that issues it', async () => {
      const response = await (await manager(['tokens:read'])).post(path, tokenBody({ scopes: ['members:manage'] }));
      expect(response.body).toMatchObject({ status: 403, code: 'scope_not_grantable' });
    });

    it('never exceeds what the personal token that issues it may do through its user’s role', async () => {
      const personal = bearing(cast.app, await cast.admin.issuePersonalToken(['tokens:manage', 'audit:read']));
      await personal.post(path, tokenBody({ scopes: ['audit:read'] })).expect(201);
      await personal.post(path, tokenBody({ scopes: ['members:read'] })).expect(problem(403, 'scope_not_grantable'));
    });

    it('never outlives the token that issues it', async () => {
      const parent = await manager(HARMLESS, { expiresAt: inHours(1) });
      await parent.post(path, tokenBody({ expiresAt: null })).expect(problem(422, 'validation_failed'));
      await parent.post(path, tokenBody({ expiresAt: inHours(2) })).expect(problem(422, 'validation_failed'));
      await parent.post(path, tokenBody({ expiresAt: inHours(0.5) })).expect(201);
    });
  });

  it('records a scope out of reach as a refused permission', async () => {
    const personal = await cast.admin.issuePersonalToken(['tokens:manage']);
    await bearing(cast.app, personal)
      .post(path, tokenBody({ scopes: ['members:manage'] }))
      .expect(403);
    const events = await cast.app.db(
      `SELECT details FROM audit_events WHERE action = 'permission.refused' AND actor_id = $1`,
      [personal.token.id],
    );
    expect(events).toEqual([{ details: { permission: 'members:manage' } }]);
  });
});
