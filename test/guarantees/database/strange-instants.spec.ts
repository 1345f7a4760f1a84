/**
 * Instants that PostgreSQL has and a `Date` or RFC 3339 has not. An operator ends a credential with any of them, and every
 * route still answers. `expiry-agreement.spec.ts` holds that SQL and the verifier agree.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing, signIn, type IssuedToken, type Person } from '../../support/actors.js';
import { startApp } from '../../support/app.js';
import { dbJoin, scene, type Scene } from '../../support/scene.js';
import { issue, present, TOKEN_KINDS, tokenPath, tokensPath } from '../../support/tokens.js';

const OVER = ['-infinity', '4713-01-01 00:00:00+00 BC', '0044-03-15 12:00:00+00 BC', '0001-01-01 00:00:00+00'];
const FAR = ['9999-12-31 23:59:59.999999+00', '20000-01-01 00:00:00+00', '294276-12-31 23:59:59+00', 'infinity'];
/** RFC 3339 section 5.6. */
const SAYABLE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let cast: Scene;
beforeAll(async () => (cast = await scene()));

const dbSetToken = (column: string, { token }: IssuedToken, at: string): Promise<unknown> =>
  cast.app.db(`UPDATE access_tokens SET ${column} = $2 WHERE id = $1`, [token.id, at]);
const dbSetSessions = (column: string, { id }: Person, at: string): Promise<unknown> =>
  cast.app.db(`UPDATE sessions SET ${column} = $2 WHERE user_id = $1`, [id, at]);

describe.each(TOKEN_KINDS)('the expiry of a token (%s)', (kind) => {
  it.each(OVER)('%s is over: refused from the next request on, and listed so', async (at) => {
    const issued = await issue(kind, cast, cast.owner, { label: at.slice(0, 20) });
    await present(bearing(cast.app, issued)).expect(200);
    await dbSetToken('expires_at', issued, at);
    await present(bearing(cast.app, issued)).expect(401);
    const { body } = await cast.owner.get(tokenPath(kind, cast, issued)).expect(200);
    expect(body).toMatchObject({ status: 'expired', expiresAt: '0001-01-01T00:00:00.000Z' });
    const list = await cast.owner.get(`${tokensPath(kind, cast)}?status=expired&limit=100`).expect(200);
    expect(list.text).toContain(issued.token.id);
    await cast.owner.post(`${tokenPath(kind, cast, issued)}/rotate`, {}).expect(409);
  });

  it.each(FAR)('%s is still to come', async (at) => {
    const issued = await issue(kind, cast, cast.owner);
    await dbSetToken('expires_at', issued, at);
    await present(bearing(cast.app, issued)).expect(200);
    const { body } = await cast.owner.get(tokenPath(kind, cast, issued)).expect(200);
    const shown = at === 'infinity' ? null : expect.stringMatching(/^9999-12-31T23:59:59\.999Z$/);
    expect(body).toMatchObject({ status: 'active', expiresAt: shown });
    const rotated = await cast.owner.post(`${tokenPath(kind, cast, issued)}/rotate`, {}).expect(201);
    expect(rotated.body.token).toMatchObject({ status: 'active', expiresAt: body.expiresAt });
    await present(bearing(cast.app, rotated.body as IssuedToken)).expect(200);
  });

  it('revokes all that live and no others, whatever their expiry', async () => {
    const on = await scene(await startApp());
    const tokens = await Promise.all([...OVER, ...FAR].map((label) => issue(kind, on, on.owner, { label })));
    for (const issued of tokens) {
      await on.app.db('UPDATE access_tokens SET expires_at = label::timestamptz WHERE id = $1', [issued.token.id]);
    }
    const { body } = await on.owner.post(`${tokensPath(kind, on)}/revoke`, { all: true }).expect(200);
    expect(body).toEqual({ revoked: FAR.length });
    for (const issued of tokens) await present(bearing(on.app, issued)).expect(401);
    await on.app.close();
  });
});

describe('the expiry of a session', () => {
  it.each(OVER)('%s is over: refused from the next request on', async (at) => {
    const person = await signIn(cast.app, cast.outsider.email);
    await person.get('/api/v1/users/me').expect(200);
    await dbSetSessions('expires_at', person, at);
    await person.get('/api/v1/users/me').expect(401);
    await refresh(person).expect(401);
  });

  it.each(FAR)('%s is still to come, and the session is listed and refreshed', async (at) => {
    const person = await signIn(cast.app, cast.viewer.email);
    await dbSetSessions('expires_at', person, at);
    const { body } = await person.get('/api/v1/auth/sessions').expect(200);
    expect(body.items).not.toHaveLength(0);
    for (const each of body.items) expect(each.expiresAt).toMatch(SAYABLE);
    const { body: refreshed } = await refresh(person).expect(200);
    expect(Number.isSafeInteger(refreshed.expiresIn)).toBe(true);
  });

  it.each(['-infinity', '0044-03-15 12:00:00+00 BC', '1970-01-01 00:00:00+00'])(
    'cannot be put off when it began at %s: its longest life is over',
    async (at) => {
      const person = await signIn(cast.app, cast.member.email);
      await dbSetSessions('created_at', person, at);
      await refresh(person).expect(401);
    },
  );

  const refresh = (person: Person) => person.post('/api/v1/auth/refresh').set('cookie', person.cookie);
});

describe('an instant beside the expiry', () => {
  it.each(['-infinity', '0044-03-15 12:00:00+00 BC', 'infinity', '294276-12-31 23:59:59+00'])(
    '%s in every column is answered, never 500, and always as RFC 3339 says it',
    async (at) => {
      const on = await scene(await startApp());
      const token = await issue('organization', on, on.owner);
      await on.owner.post(`${on.organization.path}/invitations`, { email: 'a@example.test', role: 'viewer' });
      for (const network of ['testnet', 'testnet']) {
        await on.owner.post(`${on.organization.path}/ledger-accounts`, { network, keyType: 'ed25519' });
      }
      for (const [table, columns] of Object.entries(SHOWN)) {
        for (const column of columns) await on.app.db(`UPDATE ${table} SET ${column} = $1`, [at]);
      }
      const seen: string[] = [];
      for (const path of pathsOf(on, token)) {
        const { body, text } = await on.owner.get(path).expect(200);
        seen.push(text);
        expect(text).not.toMatch(/"[^"]*(At|since|until)":"(?!\d{4}-\d\d-\d\dT[\d:.]+Z")/);
        if (body.nextCursor) await on.owner.get(`${path}&cursor=${String(body.nextCursor)}`).expect(200);
      }
      // The pattern above would have found what it looks for.
      expect(seen.join().match(/"[^"]*(?:At|since|until)":"/g)?.length).toBeGreaterThan(5);
      await on.app.close();
    },
  );

  it.each(['infinity', '294276-12-31 23:59:59+00'])('%s as the time of leaving bars every older token', async (at) => {
    const token = await issue('personal', cast, cast.member, { scopes: ['organization:read'] });
    await bearing(cast.app, token).get(cast.organization.path).expect(200);
    await cast.app.db('INSERT INTO former_memberships VALUES ($1, $2, $3)', [cast.organization.id, cast.member.id, at]);
    await bearing(cast.app, token).get(cast.organization.path).expect(404);
    await cast.app.db('DELETE FROM former_memberships');
  });

  it.each(['infinity', '-infinity'])('%s as the time of creation is not after leaving', async (at) => {
    const token = await issue('personal', cast, cast.viewer, { scopes: ['organization:read'] });
    await dbSetToken('created_at', token, at);
    await cast.owner.delete(`${cast.organization.path}/members/${cast.viewer.id}`).expect(204);
    await dbJoin(cast.app, cast.organization.id, cast.viewer.id, 'viewer');
    await bearing(cast.app, token).get(cast.organization.path).expect(404);
  });

  it('keeps a cancelled invitation cancelled', async () => {
    const path = `${cast.organization.path}/invitations`;
    const { body } = await cast.owner.post(path, { email: 'b@example.test', role: 'viewer' }).expect(201);
    await cast.app.db(`UPDATE invitations SET cancelled_at = 'infinity' WHERE id = $1`, [body.id]);
    const { text } = await cast.owner.get(path).expect(200);
    expect(text).not.toContain(body.id);
  });
});

describe('a database whose time zone once had offsets with seconds', () => {
  it('has tokens that expired then', async () => {
    const first = await startApp();
    const on = await scene(first);
    const issued = await issue('organization', on, on.owner);
    await first.database.setDefault(`timezone = 'Europe/Amsterdam'`);
    const second = await startApp({ beside: first });
    await first.db(`UPDATE access_tokens SET expires_at = '1900-01-01 00:00:00+00' WHERE id = $1`, [issued.token.id]);
    await present(bearing(second, issued)).expect(401);
    await on.owner
      .at(second)
      .get(tokenPath('organization', on, issued))
      .expect(200);
    await second.close();
    await first.close();
  });
});

/** Every column that some route shows, or sorts by, and that an operator can change. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  users: ['created_at', 'updated_at', 'email_verified_at'],
  sessions: ['last_used_at', 'created_at'],
  organizations: ['created_at', 'updated_at'],
  memberships: ['joined_at'],
  invitations: ['created_at', 'expires_at'],
  access_tokens: ['created_at', 'last_used_at'],
  ledger_accounts: ['created_at', 'last_disbursement_at'],
  ledger_account_numbers: ['gone_since'],
};

function pathsOf({ organization: { path } }: Scene, { token }: IssuedToken): string[] {
  return [
    '/api/v1/users/me?',
    '/api/v1/auth/sessions?limit=1',
    '/api/v1/organizations?limit=1',
    `${path}/members?limit=1`,
    ...['open', 'expired'].map((status) => `${path}/invitations?limit=1&status=${status}`),
    `${path}/tokens?limit=1`,
    `${path}/tokens?limit=1&sort=lastUsedAt`,
    `${path}/tokens/${token.id}?`,
    `${path}/ledger-accounts?limit=1`,
    `${path}/audit-events?limit=1`,
  ];
}
