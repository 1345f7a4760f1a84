/**
 * Issuing and rotating under races, on two instances. Guards the owner's lock and the second verification under it
 * (issuing-rules.ts): without them quotas overflow, and tokens are born behind the back of a revocation.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing, signIn, signUp, type Actor, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { dbCreateOrganization } from '../../support/organizations.js';
import { ROUNDS, rounds } from '../../support/rounds.js';
import { HARMLESS, PERSONAL_TOKENS, tokenBody } from '../../support/tokens.js';

const PATIENCE_MS = 240_000;
const LIVE = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())';

describe('whoever races', () => {
  let here: TestApp;
  let there: TestApp;
  let owner: Person;
  let admin: Person;
  beforeAll(async () => {
    here = await startApp({ env: { TOKEN_QUOTA: '20' } });
    there = await startApp({ beside: here, env: { TOKEN_QUOTA: '20' } });
    owner = await signUp(here, 'Owner');
    admin = await signUp(here, 'Admin');
  });

  const organization = () => dbCreateOrganization(here, { [owner.id]: 'owner', [admin.id]: 'admin' });
  const side = (index: number): TestApp => (index % 2 ? here : there);
  const liveOf = async (column: 'organization_id' | 'user_id', id: string): Promise<number> =>
    (await here.db(`SELECT 1 FROM access_tokens WHERE ${column} = $1 AND ${LIVE}`, [id])).length;

  /**
   * How often each status was answered to the same request, sent often at once to both instances. A 503 is asked again, as
   * clients do: on a busy machine the pool's few connections are not enough for all of them.
   */
  async function storm(count: number, actor: Actor, path: string, body: object): Promise<Record<number, number>> {
    const ask = async (index: number): Promise<{ status: number }> => {
      const answer = await actor.at(side(index)).post(path, body);
      return answer.status === 503 ? ask(index) : answer;
    };
    const answers = await Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
    const statuses: Record<number, number> = {};
    for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
    return statuses;
  }

  /** The owner's tokens are so many; made by SQL, because only their number matters. */
  async function dbHold(owned: { organization_id: string } | { user_id: string }, count: number): Promise<void> {
    const [column = ''] = Object.keys(owned);
    const kind = column === 'user_id' ? 'personal' : 'organization';
    await here.db(
      `INSERT INTO access_tokens (id, kind, ${column}, label, scopes, selector, secret_hash, hash_key_version, hint)
      SELECT gen_random_uuid(), $2, $1, 'x', '{organization:read}', gen_random_uuid(), sha256('x'), 'v1', 'x'
      FROM generate_series(1, $3)`,
      [Object.values(owned)[0], kind, count],
    );
  }

  describe('for the last places of a quota', () => {
    it(
      'forty at once get five tokens where five places are free',
      async () => {
        const { id, path } = await organization();
        await dbHold({ organization_id: id }, 15);
        expect(await storm(40, owner, `${path}/tokens`, tokenBody())).toEqual({ 201: 5, 409: 35 });
        expect(await liveOf('organization_id', id)).toBe(20);
      },
      PATIENCE_MS,
    );

    it(
      'a person gets no more than their quota either',
      async () => {
        const person = await signUp(here);
        await dbHold({ user_id: person.id }, 15);
        expect(await storm(40, person, PERSONAL_TOKENS, tokenBody())).toEqual({ 201: 5, 409: 35 });
        expect(await liveOf('user_id', person.id)).toBe(20);
      },
      PATIENCE_MS,
    );

    it(
      'one of four wins the very last place',
      async () => {
        const outcomes = await rounds(ROUNDS, async () => {
          const { id, path } = await organization();
          await dbHold({ organization_id: id }, 19);
          return storm(4, admin, `${path}/tokens`, tokenBody());
        });
        expect(outcomes).toEqual(outcomes.map(() => ({ 201: 1, 409: 3 })));
      },
      PATIENCE_MS,
    );

    it('the dead take no place', async () => {
      const { id, path } = await organization();
      await dbHold({ organization_id: id }, 20);
      await owner.post(`${path}/tokens`, tokenBody()).expect(409);
      await here.db(`UPDATE access_tokens SET expires_at = clock_timestamp() WHERE organization_id = $1`, [id]);
      await owner.post(`${path}/tokens`, tokenBody()).expect(201);
    });
  });

  it(
    'to rotate one token, one wins and one successor lives, 20 at once',
    async () => {
      await rounds(
        ROUNDS,
        async () => {
          const { id, path } = await organization();
          const { token } = await owner.issueOrganizationToken(id, HARMLESS);
          expect(await storm(20, owner, `${path}/tokens/${token.id}/rotate`, {})).toEqual({ 201: 1, 409: 19 });
          expect(await liveOf('organization_id', id)).toBe(1);
        },
        2,
      );
    },
    PATIENCE_MS,
  );

  it('to rotate a full quota away, all succeed', async () => {
    const { id, path } = await organization();
    const issued = await Promise.all(Array.from({ length: 20 }, () => owner.issueOrganizationToken(id, HARMLESS)));
    const rotations = issued.map(({ token }) => admin.at(there).post(`${path}/tokens/${token.id}/rotate`, {}));
    expect(new Set((await Promise.all(rotations)).map(({ status }) => status))).toEqual(new Set([201]));
    expect(await liveOf('organization_id', id)).toBe(20);
  });

  it(
    'a token that issues while all are revoked leaves no token alive',
    async () => {
      const survivors = await rounds(ROUNDS, async () => {
        const { id, path } = await organization();
        const manager = bearing(there, await owner.issueOrganizationToken(id, ['tokens:manage', ...HARMLESS]));
        const all = owner.post(`${path}/tokens/revoke`, { all: true }).expect(200);
        await Promise.all([storm(4, manager, `${path}/tokens`, tokenBody()), all]);
        return liveOf('organization_id', id);
      });
      expect(new Set(survivors)).toEqual(new Set([0]));
    },
    PATIENCE_MS,
  );

  it(
    'a person who issues while all are revoked leaves only what was issued after',
    async () => {
      const older = await rounds(ROUNDS, async () => {
        const { id, path } = await organization();
        await owner.issueOrganizationToken(id, HARMLESS);
        const all = owner.post(`${path}/tokens/revoke`, { all: true }).expect(200);
        await Promise.all([storm(3, admin, `${path}/tokens`, tokenBody()), all]);
        const sql = `SELECT 1 FROM access_tokens WHERE organization_id = $1 AND ${LIVE} AND created_at <
        (SELECT min(revoked_at) FROM access_tokens WHERE organization_id = $1)`;
        return (await here.db(sql, [id])).length;
      });
      expect(new Set(older)).toEqual(new Set([0]));
    },
    PATIENCE_MS,
  );

  it(
    'an admin who issues while being demoted does so before it or not at all',
    async () => {
      const disorder = await rounds(ROUNDS, async () => {
        const { id, path } = await organization();
        const demotion = owner.patch(`${path}/members/${admin.id}`, { role: 'viewer' }).expect(200);
        await Promise.all([storm(3, admin, `${path}/tokens`, tokenBody()), demotion]);
        return (await here.db(ISSUED_AFTER_DEMOTION, [id])).length;
      });
      expect(new Set(disorder)).toEqual(new Set([0]));
    },
    PATIENCE_MS,
  );

  it(
    'a session that issues while it is ended does so before it or not at all',
    async () => {
      const person = await signUp(here);
      const disorder = await rounds(
        ROUNDS,
        async () => {
          const session = await signIn(there, person.email);
          await Promise.all([
            session.post(PERSONAL_TOKENS, tokenBody()),
            session.at(here).post('/api/v1/auth/logout').set('cookie', session.cookie).expect(204),
          ]);
          await person.post(`${PERSONAL_TOKENS}/revoke`, { all: true }).expect(200);
          return (await here.db(ISSUED_AFTER_LOGOUT, [person.id])).length;
        },
        1,
      );
      expect(new Set(disorder)).toEqual(new Set([0]));
    },
    PATIENCE_MS,
  );
});

const ISSUED_AFTER_DEMOTION = `
  SELECT 1 FROM audit_events issued JOIN audit_events demoted USING (organization_id)
  WHERE organization_id = $1 AND issued.action = 'token.created' AND demoted.action = 'membership.role_changed'
    AND issued.occurred_at > demoted.occurred_at`;

/** Of a person who has one such session at a time: the newest token was issued after the end of the newest session. */
const ISSUED_AFTER_LOGOUT = `
  SELECT 1 WHERE (SELECT max(occurred_at) FROM audit_events WHERE user_id = $1 AND action = 'token.created')
    > (SELECT max(occurred_at) FROM audit_events WHERE user_id = $1 AND action = 'session.signed_out')`;
