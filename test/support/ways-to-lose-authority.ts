/** Every way in which a credential or a right is lost. Each one prepares a live credential and the action. */
import { expect } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { bearing, PASSWORD, signIn, signUp, type Actor, type Person } from './actors.js';
import { dbJoin, found, type Organization, type Scene } from './scene.js';
import { HARMLESS, issue, PERSONAL_TOKENS, tokenPath, tokensPath } from './tokens.js';
import { until } from './until.js';

export interface Loss {
  /** Caller with authority until the action. */
  readonly holder: Actor;
  /** Path that the holder may read before: 200. */
  readonly path: string;
  readonly deed: () => PromiseLike<unknown>;
  /** Status of every later request of the holder. */
  readonly refusal: 401 | 403 | 404;
  /** Attempts to restore the authority; they must change nothing. */
  readonly undo?: () => PromiseLike<unknown>;
}

type Way = (cast: Scene) => Promise<Loss>;

/** Checks that the loss counts at every probe from the next request on, and that its undoing changes nothing. */
export async function expectLossForGood(
  { holder, path, deed, refusal, undo }: Loss,
  probe: (holder: Actor, path: string) => Promise<ReadonlySet<number>>,
): Promise<void> {
  expect(await probe(holder, path)).toEqual(new Set([200]));
  await deed();
  expect(await probe(holder, path)).toEqual(new Set([refusal]));
  // What the database refuses to undo and what is undone without effect come to the same.
  await Promise.resolve(undo?.()).catch(() => undefined);
  expect(await probe(holder, path)).toEqual(new Set([refusal]));
}

const TOKEN = '/api/v1/token';
const ME = '/api/v1/users/me';
const SESSIONS = '/api/v1/auth/sessions';

async function organizationToken(cast: Scene) {
  const issued = await issue('organization', cast, cast.owner);
  return { issued, path: tokenPath('organization', cast, issued), holder: bearing(cast.app, issued) };
}

async function personalToken(cast: Scene, role = 'admin', scopes: readonly string[] = HARMLESS) {
  const person = await signUp(cast.app);
  await dbJoin(cast.app, cast.organization.id, person.id, role);
  const issued = await person.issuePersonalToken(scopes);
  return { person, issued, holder: bearing(cast.app, issued), path: `${PERSONAL_TOKENS}/${issued.token.id}` };
}

const dead = (holder: Actor, deed: Loss['deed'], undo?: Loss['undo']): Loss => {
  const path = holder.credential?.includes('.') === true ? ME : TOKEN;
  return { holder, path, deed, refusal: 401, ...(undo && { undo }) };
};

const sql =
  (cast: Scene, statement: string, ...values: unknown[]): Loss['deed'] =>
  () =>
    cast.app.db(statement, values);

/** Expiry late enough for the probes before it, and near enough to wait for. */
async function dbSoon({ app }: Scene): Promise<Date | undefined> {
  const [row] = await app.db<{ soon: Date }>(`SELECT clock_timestamp() + interval '5 seconds' AS soon`);
  return row?.soon;
}

const TOKEN_WAYS: Record<string, Way> = {
  'an organization token revoked': async (cast) => {
    const { holder, path } = await organizationToken(cast);
    return dead(holder, () => cast.admin.delete(path).expect(204));
  },
  'a personal token revoked': async (cast) => {
    const { person, holder, path } = await personalToken(cast);
    return dead(holder, () => person.delete(path).expect(204));
  },
  'revoked among others': async (cast) => {
    const { issued, holder } = await organizationToken(cast);
    const other = await issue('organization', cast, cast.owner);
    const body = { tokenIds: [other.token.id, issued.token.id] };
    return dead(holder, () => cast.owner.post(`${tokensPath('organization', cast)}/revoke`, body).expect(200));
  },
  'all organization tokens revoked': async (cast) => {
    const { holder } = await organizationToken(cast);
    return dead(holder, () => cast.owner.post(`${tokensPath('organization', cast)}/revoke`, { all: true }).expect(200));
  },
  'all personal tokens revoked': async (cast) => {
    const { person, holder } = await personalToken(cast);
    return dead(holder, () => person.post(`${PERSONAL_TOKENS}/revoke`, { all: true }).expect(200));
  },
  'all personal tokens revoked with a new password': async (cast) => {
    const { person, holder } = await personalToken(cast);
    const body = { currentPassword: PASSWORD, newPassword: `${PASSWORD} 2`, revokeTokens: true };
    return dead(holder, () => person.post('/api/v1/auth/password/change', body));
  },
  'an organization token rotated': async (cast) => {
    const { holder, path } = await organizationToken(cast);
    return dead(holder, () => cast.owner.post(`${path}/rotate`, {}).expect(201));
  },
  'a personal token rotated': async (cast) => {
    const { person, holder, path } = await personalToken(cast);
    return dead(holder, () => person.post(`${path}/rotate`, {}).expect(201));
  },
  'an organization token deleted by Tenderly’s route': async (cast) => {
    const { issued, holder } = await organizationToken(cast);
    const path = `/api/v1/account/${cast.organization.slug}/token/${issued.token.id}`;
    return dead(holder, () => cast.owner.delete(path).expect(200));
  },
  'revoked by its holder': async (cast) => {
    const { holder } = await organizationToken(cast);
    return dead(holder, () => holder.delete(TOKEN).expect(204));
  },
  'scopes narrowed': async (cast) => {
    const issued = await issue('organization', cast, cast.owner, { scopes: ['tokens:read', 'members:read'] });
    const narrow = { scopes: ['tokens:read'] };
    return {
      holder: bearing(cast.app, issued),
      path: `${cast.organization.path}/members`,
      deed: () => cast.owner.patch(tokenPath('organization', cast, issued), narrow).expect(200),
      refusal: 403,
    };
  },
  'expiry reached': async (cast) => {
    const issued = await issue('organization', cast, cast.owner, { expiresAt: await dbSoon(cast) });
    const isOver = 'SELECT 1 FROM access_tokens WHERE id = $1 AND expires_at <= clock_timestamp()';
    const passed = () => until(async () => (await cast.app.db(isOver, [issued.token.id])).length > 0);
    return dead(bearing(cast.app, issued), passed);
  },
  'expired by SQL': async (cast) => {
    const { issued, holder } = await organizationToken(cast);
    const set = (to: string) => sql(cast, `UPDATE access_tokens SET expires_at = ${to} WHERE id = $1`, issued.token.id);
    return dead(holder, set('clock_timestamp()'), set(`clock_timestamp() + interval '1 day'`));
  },
  'revoked by SQL': async (cast) => {
    const { issued, holder } = await organizationToken(cast);
    const set = (to: string) => sql(cast, `UPDATE access_tokens SET revoked_at = ${to} WHERE id = $1`, issued.token.id);
    return dead(holder, set('now()'), set('NULL'));
  },
  'deleted by SQL': async (cast) => {
    const { issued, holder } = await organizationToken(cast);
    return dead(holder, sql(cast, 'DELETE FROM access_tokens WHERE id = $1', issued.token.id));
  },
};

const memberPath = (cast: Scene, { id }: Person): string => `${cast.organization.path}/members/${id}`;

const left = (cast: Scene, past: { person: Person; holder: Actor }, deed: Loss['deed']): Loss => ({
  holder: past.holder,
  path: cast.organization.path,
  deed,
  refusal: 404,
  undo: () => dbJoin(cast.app, cast.organization.id, past.person.id, 'owner'),
});

const MEMBERSHIP_WAYS: Record<string, Way> = {
  'role lowered': async (cast) => {
    const { person, holder } = await personalToken(cast, 'admin', ['tokens:read']);
    const path = memberPath(cast, person);
    return {
      holder,
      path: tokensPath('organization', cast),
      deed: () => cast.owner.patch(path, { role: 'viewer' }).expect(200),
      refusal: 403,
    };
  },
  'role lowered by SQL': async (cast) => {
    const { person, holder } = await personalToken(cast, 'admin', ['tokens:read']);
    const deed = sql(cast, `UPDATE memberships SET role = 'viewer' WHERE user_id = $1`, person.id);
    return { holder, path: tokensPath('organization', cast), deed, refusal: 403 };
  },
  'a member removed, also when invited again': async (cast) => {
    const past = await personalToken(cast);
    return left(cast, past, () => cast.owner.delete(memberPath(cast, past.person)).expect(204));
  },
  'a member who left, also when invited again': async (cast) => {
    const past = await personalToken(cast);
    return left(cast, past, () => past.person.delete(memberPath(cast, past.person)).expect(204));
  },
  'a member deleted by SQL, also when inserted again': async (cast) => {
    const past = await personalToken(cast);
    return left(cast, past, sql(cast, 'DELETE FROM memberships WHERE user_id = $1', past.person.id));
  },
  'a member deleted by SQL, also when inserted again with a younger token': async (cast) => {
    const past = await personalToken(cast);
    const loss = left(cast, past, sql(cast, 'DELETE FROM memberships WHERE user_id = $1', past.person.id));
    const younger = sql(cast, 'UPDATE access_tokens SET created_at = now() WHERE id = $1', past.issued.token.id);
    return { ...loss, undo: () => Promise.resolve(loss.undo?.()).then(younger) };
  },
  'a membership given to somebody else by SQL, also when inserted again': async (cast) => {
    const past = await personalToken(cast);
    const other = await signUp(cast.app);
    const give = 'UPDATE memberships SET user_id = $2 WHERE user_id = $1';
    return left(cast, past, sql(cast, give, past.person.id, other.id));
  },
  'a session’s user removed from the organization': async (cast) => {
    const { person } = await personalToken(cast);
    const path = memberPath(cast, person);
    const deed = () => cast.owner.delete(path).expect(204);
    return { holder: person, path: cast.organization.path, deed, refusal: 404 };
  },
};

/** Returns a function that inserts the row as it is now, once it was deleted. */
async function dbAgain(cast: Scene, table: string, id: string): Promise<() => PromiseLike<unknown>> {
  const [found] = await cast.app.db<{ row: object }>(`SELECT to_jsonb(t) AS row FROM ${table} t WHERE id = $1`, [id]);
  const insert = `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1)`;
  return sql(cast, insert, JSON.stringify(found?.row));
}

async function foundWithToken(cast: Scene): Promise<{ holder: Actor; organization: Organization }> {
  const organization = await found(cast.outsider);
  const issued = await cast.outsider.issueOrganizationToken(organization.id, HARMLESS);
  return { organization, holder: bearing(cast.app, issued) };
}

const OWNER_WAYS: Record<string, Way> = {
  'an organization deleted': async (cast) => {
    const { holder, organization } = await foundWithToken(cast);
    return dead(holder, () => cast.outsider.delete(organization.path).expect(204));
  },
  'an organization deleted by SQL, also when inserted again': async (cast) => {
    const { holder, organization } = await foundWithToken(cast);
    const again = await dbAgain(cast, 'organizations', organization.id);
    return dead(holder, sql(cast, 'DELETE FROM organizations WHERE id = $1', organization.id), again);
  },
  'an organization suspended by SQL, also for a while': async (cast) => {
    const { holder, organization } = await foundWithToken(cast);
    const set = (to: string) =>
      sql(cast, `UPDATE organizations SET suspended_at = ${to} WHERE id = $1`, organization.id);
    return dead(holder, set('now()'), set('NULL'));
  },
  'a suspended organization, to its members': async (cast) => {
    const { organization } = await foundWithToken(cast);
    const deed = sql(cast, 'UPDATE organizations SET suspended_at = now() WHERE id = $1', organization.id);
    return { holder: cast.outsider, path: organization.path, deed, refusal: 404 };
  },
  'a user disabled by SQL, also for a while': async (cast) => {
    const { person, holder } = await personalToken(cast);
    const set = (to: string) => sql(cast, `UPDATE users SET disabled_at = ${to} WHERE id = $1`, person.id);
    return dead(holder, set('now()'), set('NULL'));
  },
  'a disabled user’s session, also when enabled again': async (cast) => {
    const person = await signUp(cast.app);
    const set = (to: string) => sql(cast, `UPDATE users SET disabled_at = ${to} WHERE id = $1`, person.id);
    return dead(person, set('now()'), set('NULL'));
  },
  'a user deleted': async (cast) => {
    const { person, holder } = await personalToken(cast);
    return dead(holder, () => person.delete(ME, { password: PASSWORD }).expect(204));
  },
  'a user deleted by SQL, also when inserted again': async (cast) => {
    const { person, holder } = await personalToken(cast);
    const again = await dbAgain(cast, 'users', person.id);
    return dead(holder, sql(cast, 'DELETE FROM users WHERE id = $1', person.id), again);
  },
  'a deleted user’s session, also when they are inserted again by SQL': async (cast) => {
    const person = await signUp(cast.app);
    const again = await dbAgain(cast, 'users', person.id);
    return dead(person, sql(cast, 'DELETE FROM users WHERE id = $1', person.id), again);
  },
};

const sessionIdOf = async (person: Person): Promise<string> => {
  const { body } = await person.get(SESSIONS).expect(200);
  return (body.items as { id: string; current: boolean }[]).find(({ current }) => current)?.id ?? '';
};

const SESSION_WAYS: Record<string, Way> = {
  'a session logged out': async (cast) => {
    const person = await signUp(cast.app);
    return dead(person, () => person.post('/api/v1/auth/logout').set('cookie', person.cookie).expect(204));
  },
  'a session ended from another one': async (cast) => {
    const person = await signUp(cast.app);
    const other = await signIn(cast.app, person.email);
    return dead(other, async () => person.delete(`${SESSIONS}/${await sessionIdOf(other)}`).expect(204));
  },
  'a session older than a new password': async (cast) => {
    const person = await signUp(cast.app);
    const other = await signIn(cast.app, person.email);
    const body = { currentPassword: PASSWORD, newPassword: `${PASSWORD} ${randomBytes(4).toString('hex')}` };
    return dead(other, () => person.post('/api/v1/auth/password/change', body));
  },
  'a session ended by SQL': async (cast) => {
    const person = await signUp(cast.app);
    const set = (to: string) => sql(cast, `UPDATE sessions SET revoked_at = ${to} WHERE user_id = $1`, person.id);
    return dead(person, set('now()'), set('NULL'));
  },
  'a session deleted by SQL': async (cast) => {
    const person = await signUp(cast.app);
    return dead(person, sql(cast, 'DELETE FROM sessions WHERE user_id = $1', person.id));
  },
};

export const WAYS_TO_LOSE_AUTHORITY = Object.entries({
  ...TOKEN_WAYS,
  ...MEMBERSHIP_WAYS,
  ...OWNER_WAYS,
  ...SESSION_WAYS,
});
