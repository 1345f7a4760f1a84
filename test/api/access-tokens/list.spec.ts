import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing, signUp, type IssuedToken } from '../../support/actors.js';
import { anonymized, problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Scene } from '../../support/scene.js';
import { dbExpire, issue, PERSONAL_TOKENS, TOKEN_KINDS, tokensPath } from '../../support/tokens.js';

const labelsOf = ({ body }: { body: { items: { label: string }[] } }): string[] => body.items.map(({ label }) => label);

describe.each(TOKEN_KINDS)('GET the %s tokens', (kind) => {
  let cast: Scene;
  let path: string;
  beforeAll(async () => {
    cast = await scene();
    path = tokensPath(kind, cast);
    for (const label of ['first', 'expired 100%', 'revoked_x', 'Über-Deploy', 'last']) {
      const issued = await issue(kind, cast, cast.owner, { label });
      if (label.startsWith('expired')) await dbExpire(cast.app, issued);
      if (label.startsWith('revoked')) await cast.owner.delete(`${path}/${issued.token.id}`).expect(204);
    }
  });
  const labels = async (query: string): Promise<string[]> =>
    labelsOf(await cast.owner.get(`${path}?${query}`).expect(200));

  /** Follows the cursors from the first page to the last. */
  async function pages(query: string): Promise<string[]> {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const response = await cast.owner.get(`${path}?${query}${cursor}`).expect(200);
      seen.push(...labelsOf(response));
      if (response.body.nextCursor === null) return seen;
      cursor = `&cursor=${String(response.body.nextCursor)}`;
    }
  }

  describe('succeeds', () => {
    it('shows all of them, newest first, dead ones too, and no secret', async () => {
      const response = await cast.owner.get(path).expect(200);
      expect(labelsOf(response)).toEqual(['last', 'Über-Deploy', 'revoked_x', 'expired 100%', 'first']);
      expect(response.body.nextCursor).toBeNull();
      expect(response.text).not.toMatch(/lk_[a-z]{3}_[0-9A-Za-z]|secret|hash|selector/);
    });

    it.each([
      ['status=active', ['last', 'Über-Deploy', 'first']],
      ['status=expired', ['expired 100%']],
      ['status=revoked', ['revoked_x']],
      ['q=DEPLOY', ['Über-Deploy']],
      ['q=%C3%BCber', ['Über-Deploy']],
      ['q=0%25', ['expired 100%']],
      ['q=%25', ['expired 100%']],
      ['q=_', ['revoked_x']],
      ['q=%5C', []],
      ['q=st&status=active', ['last', 'first']],
      ['createdBy=0193d7a4-7a5b-7000-8000-000000000000', []],
    ])('filters by %s', async (query, expected) => {
      expect(await labels(query)).toEqual(expected);
    });

    it('filters by creator', async () => {
      expect(await labels(`createdBy=${cast.owner.id}&limit=2`)).toEqual(['last', 'Über-Deploy']);
    });

    it.each([1, 2, 3, 5, 100])('pages by %i, each token once', async (limit) => {
      const all = ['last', 'Über-Deploy', 'revoked_x', 'expired 100%', 'first'];
      expect(await pages(`limit=${limit}`)).toEqual(all);
    });
  });

  describe('sorts by last use', () => {
    const dbUse = (label: string, at: string): Promise<unknown> =>
      cast.app.db('UPDATE access_tokens SET last_used_at = $2 WHERE label = $1', [label, at]);
    beforeAll(async () => {
      await dbUse('first', '2026-05-01T00:00:00.000002Z');
      await dbUse('revoked_x', '2026-05-01T00:00:00.000001Z');
      await dbUse('last', '2026-04-01T00:00:00Z');
    });

    it.each([1, 2, 4, 50])('last used first, never used last, also by pages of %i', async (limit) => {
      const all = ['first', 'revoked_x', 'last', 'Über-Deploy', 'expired 100%'];
      expect(await pages(`sort=lastUsedAt&limit=${limit}`)).toEqual(all);
    });

    it('skips no token that is used while the pages are read, seen or not', async () => {
      const on = await scene();
      const labelled: IssuedToken[] = [];
      for (let index = 0; index < 7; index += 1) {
        labelled.push(await issue(kind, on, on.owner, { label: `n${index}` }));
      }
      const dbUsed = (index: number, at: string): Promise<unknown> =>
        on.app.db('UPDATE access_tokens SET last_used_at = $2 WHERE id = $1', [labelled[index]?.token.id, at]);
      for (const index of labelled.keys()) await dbUsed(index, `2026-05-0${index + 1}T00:00:00Z`);
      const page = async (cursor: string): Promise<[string[], string | null]> => {
        const response = await on.owner.get(`${tokensPath(kind, on)}?sort=lastUsedAt&limit=2${cursor}`).expect(200);
        return [labelsOf(response), response.body.nextCursor as string | null];
      };
      const [first, afterFirst] = await page('');
      await dbUsed(0, '2026-06-01T00:00:00Z');
      await dbUsed(6, '2026-06-02T00:00:00Z');
      const [second, afterSecond] = await page(`&cursor=${String(afterFirst)}`);
      // Used before the first page was read, and written late: into the midst of what was seen already.
      await dbUsed(2, '2026-05-06T12:00:00Z');
      const [third, afterThird] = await page(`&cursor=${String(afterSecond)}`);
      const [fourth, end] = await page(`&cursor=${String(afterThird)}`);
      expect([first, second, third, fourth, end]).toEqual([
        ['n6', 'n5'],
        ['n4', 'n3'],
        ['n1', 'n6'],
        ['n2', 'n0'],
        null,
      ]);
    });

    it('does not take the cursor of another order', async () => {
      const { body } = await cast.owner.get(`${path}?limit=1`).expect(200);
      await cast.owner.get(`${path}?sort=lastUsedAt&cursor=${String(body.nextCursor)}`).expect(422);
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.get(path).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('validates', () => {
    const cursor = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');
    it.each([
      'limit=0',
      'limit=-1',
      'limit=101',
      'limit=1e9',
      'limit=abc',
      'limit=1e20',
      'limit=NaN',
      'limit=1.5',
      'limit=1&limit=2',
      'status=dead',
      'status=',
      'status=active&status=revoked',
      'createdBy=me',
      'createdBy=',
      `q=${'x'.repeat(101)}`,
      'q[a]=b',
      'sort=label',
      'sort=createdAt,id',
      'sort=id%3Bdrop table users',
      'sort=__proto__',
      'order=asc',
      'organizationId=0193d7a4-7a5b-7000-8000-000000000000',
      'cursor=x',
      `cursor=${cursor(['not an id'])}`,
      `cursor=${cursor([1])}`,
      `cursor=${cursor({ id: 1 })}`,
      `sort=lastUsedAt&cursor=${cursor(['1e5', '0193d7a4-7a5b-7000-8000-000000000000'])}`,
      `sort=lastUsedAt&cursor=${cursor(['99999999999999999', '0193d7a4-7a5b-7000-8000-000000000000'])}`,
      ...['5:3:', '0:3:', '3:5:5', '3:5:4,3', '3:5:2', '3:5', 'x:5:', '3:5:;', `${'9'.repeat(30)}:5:`].map(
        (snapshot) => `sort=lastUsedAt&cursor=${cursor(['1', '0193d7a4-7a5b-7000-8000-000000000000', snapshot])}`,
      ),
    ])('refuses ?%s', async (query) => {
      await cast.owner.get(`${path}?${query}`).expect(problem(422, 'validation_failed'));
    });

    it('survives a forged cursor that has the right shape', async () => {
      const id = '0193d7a4-7a5b-7000-8000-000000000000';
      await cast.owner.get(`${path}?sort=lastUsedAt&cursor=${cursor(['9999999999999999', id])}`).expect(200);
      const forged = ['moved', id, '1:999999999999999999:7,8,999999999999999998'];
      await cast.owner.get(`${path}?sort=lastUsedAt&cursor=${cursor(forged)}`).expect(200);
    });
  });
});

describe('GET the organization tokens', () => {
  let cast: Scene;
  let path: string;
  beforeAll(async () => {
    cast = await scene();
    path = tokensPath('organization', cast);
    await issue('organization', cast, cast.admin, { label: 'hers' });
    await issue('organization', cast, cast.owner, { label: 'his' });
  });

  it.each(['owner', 'admin', 'member'] as const)('shows the %s all of them, whoever made them', async (role) => {
    expect(labelsOf(await cast[role].get(path).expect(200))).toEqual(['his', 'hers']);
    expect(labelsOf(await cast[role].get(`${path}?createdBy=${cast.admin.id}`).expect(200))).toEqual(['hers']);
  });

  it('shows nothing of another organization, whatever the query says', async () => {
    const foreign = await found(cast.outsider);
    await cast.outsider.issueOrganizationToken(foreign.id, ['organization:read'], { label: 'foreign' });
    expect(labelsOf(await cast.outsider.get(`${foreign.path}/tokens`).expect(200))).toEqual(['foreign']);
    expect(labelsOf(await cast.owner.get(path).set('x-organization', foreign.id).expect(200))).not.toContain('foreign');
  });

  it('does not show personal tokens', async () => {
    await cast.owner.issuePersonalToken(['user:read'], { label: 'mine' });
    expect(labelsOf(await cast.owner.get(path).expect(200))).not.toContain('mine');
  });

  it('needs tokens:read of a token', async () => {
    const organization = await found(cast.owner);
    const reader = await cast.owner.issueOrganizationToken(organization.id, ['tokens:read']);
    const other = await cast.owner.issueOrganizationToken(organization.id, ['tokens:manage']);
    const its = `${organization.path}/tokens`;
    await bearing(cast.app, reader).get(its).expect(200);
    const response = await bearing(cast.app, other).get(its).expect(problem(403, 'insufficient_scope'));
    expect(response.headers['www-authenticate']).toContain('scope="tokens:read"');
  });

  it('refuses the viewer', async () => {
    await cast.viewer.get(path).expect(problem(403, 'forbidden'));
  });

  it('answers an outsider as if there were no such organization', async () => {
    const nowhere = await cast.outsider.get('/api/v1/organizations/no-such/tokens').expect(problem(404, 'not_found'));
    expect(anonymized(await cast.outsider.get(path).expect(404))).toEqual(anonymized(nowhere));
  });

  it('names a creator who has left, and nobody once they are deleted', async () => {
    const organization = await found(cast.owner);
    const former = await signUp(cast.app, 'Ada Former');
    await dbJoin(cast.app, organization.id, former.id, 'admin');
    await former.issueOrganizationToken(organization.id, ['organization:read']);
    await cast.app.db('DELETE FROM memberships WHERE user_id = $1', [former.id]);
    const before = await cast.owner.get(`${organization.path}/tokens`).expect(200);
    expect(before.body.items[0].createdBy).toEqual({ id: former.id, name: 'Ada Former' });
    await cast.app.db('DELETE FROM users WHERE id = $1', [former.id]);
    const after = await cast.owner.get(`${organization.path}/tokens`).expect(200);
    expect(after.body.items[0]).toMatchObject({ createdBy: null, status: 'active' });
  });
});

describe('GET the personal tokens', () => {
  it('shows a person their own and nobody else’s, and no token at all', async () => {
    const cast = await scene();
    const own = await cast.member.issuePersonalToken(['user:read', 'tokens:read', 'organization:read']);
    expect(labelsOf(await cast.admin.get(PERSONAL_TOKENS).expect(200))).toEqual([]);
    await bearing(cast.app, own).get(PERSONAL_TOKENS).expect(problem(403, 'insufficient_scope'));
  });
});
