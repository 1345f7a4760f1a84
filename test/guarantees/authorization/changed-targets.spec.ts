/**
 * What a write of authority is about may change while the write waits for it, by somebody’s SQL too, which takes no lock but
 * that of the row. The write is judged by what the row has become.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dbVerifyEmail, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { Blocker } from '../../support/blocker.js';
import { dbAudit, dbCreateOrganization, dbInvite, dbRoles } from '../../support/organizations.js';
import type { Organization } from '../../support/scene.js';
import { HARMLESS } from '../../support/tokens.js';

let app: TestApp;
let blocker: Blocker;
let owner: Person;
let admin: Person;
let member: Person;
let A: Organization;

beforeAll(async () => {
  app = await startApp();
  blocker = await Blocker.at(app);
  [owner, admin, member] = (await Promise.all(['Olga', 'Adam', 'Mia'].map((name) => signUp(app, name)))) as [
    Person,
    Person,
    Person,
  ];
  await dbVerifyEmail(owner, admin);
});

/** Each test has an organization of its own. */
async function founded(): Promise<Organization> {
  A = await dbCreateOrganization(app, { [owner.id]: 'owner', [admin.id]: 'admin', [member.id]: 'member' });
  return A;
}

/** The status of a request that waits for this change by somebody else. */
async function during(request: () => PromiseLike<{ status: number }>, sql: string, ...params: unknown[]) {
  const change = (): Promise<unknown> => blocker.query(sql, params);
  const { status } = await blocker.during(async () => request(), { lock: change, meanwhile: async () => undefined });
  return status;
}

describe('a member who is made an owner meanwhile', () => {
  const PROMOTE = `UPDATE memberships SET role = 'owner' WHERE organization_id = $1 AND user_id = $2`;

  it.each<[string, (path: string) => PromiseLike<{ status: number }>]>([
    ['changes', (path) => admin.patch(path, { role: 'viewer' })],
    ['removes', (path) => admin.delete(path)],
  ])('is an owner to the admin who %s them', async (_, act) => {
    const { id, path } = await founded();
    expect(await during(() => act(`${path}/members/${member.id}`), PROMOTE, id, member.id)).toBe(403);
    expect(await dbRoles(app, id)).toMatchObject({ [member.id]: 'owner' });
  });
});

describe('a member who is removed meanwhile', () => {
  const REMOVE = 'DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2';

  it.each<[string, (path: string) => PromiseLike<{ status: number }>]>([
    ['changed', (path) => owner.patch(path, { role: 'admin' })],
    ['removed', (path) => owner.delete(path)],
  ])('cannot be %s', async (_, act) => {
    const { id, path } = await founded();
    expect(await during(() => act(`${path}/members/${member.id}`), REMOVE, id, member.id)).toBe(404);
    expect(await dbRoles(app, id)).not.toHaveProperty(member.id);
    expect(await dbAudit(app, id, 'membership.removed')).toEqual([]);
  });
});

describe('an invitation', () => {
  const accept = (secret: string) => member.post('/api/v1/invitations/accept', { token: secret });
  const invited = async (): Promise<{ id: string; secret: string; organization: Organization }> => {
    const organization = await dbCreateOrganization(app, { [owner.id]: 'owner', [admin.id]: 'admin' });
    const sent = await dbInvite(app, organization.id, { email: member.email, invitedBy: admin.id });
    return { ...sent, organization };
  };

  it.each([
    ['cancelled', 'UPDATE invitations SET cancelled_at = clock_timestamp() WHERE id = $1'],
    ['expired', 'UPDATE invitations SET expires_at = clock_timestamp() WHERE id = $1'],
    ['addressed to somebody else', `UPDATE invitations SET email_key = 'else@example.test' WHERE id = $1`],
    ['deleted', 'DELETE FROM invitations WHERE id = $1'],
    [
      'without an inviter who may invite',
      `WITH held AS (SELECT * FROM invitations WHERE id = $1 FOR UPDATE)
      UPDATE memberships m SET role = 'viewer' FROM held
      WHERE m.organization_id = held.organization_id AND m.user_id = held.invited_by`,
    ],
  ])('that is %s meanwhile is not accepted', async (_, sql) => {
    const { id, secret, organization } = await invited();
    expect(await during(() => accept(secret), sql, id)).toBe(404);
    expect(await dbRoles(app, organization.id)).not.toHaveProperty(member.id);
  });

  it('that is accepted meanwhile is not cancelled', async () => {
    const { id, organization } = await invited();
    const sql = 'UPDATE invitations SET accepted_at = clock_timestamp() WHERE id = $1';
    expect(await during(() => owner.delete(`${organization.path}/invitations/${id}`), sql, id)).toBe(409);
    expect(await dbAudit(app, organization.id, 'invitation.cancelled')).toEqual([]);
  });

  it('that gives an owner’s role by now is not an admin’s to cancel', async () => {
    const { id, organization } = await invited();
    const sql = `UPDATE invitations SET role = 'owner' WHERE id = $1`;
    expect(await during(() => admin.delete(`${organization.path}/invitations/${id}`), sql, id)).toBe(403);
  });

  it('that is an owner’s by now is not an admin’s to renew', async () => {
    const { id, organization } = await invited();
    const sql = `UPDATE invitations SET role = 'owner', invited_by = '${owner.id}' WHERE id = $1`;
    const invite = () => admin.post(`${organization.path}/invitations`, { email: member.email, role: 'viewer' });
    expect(await during(invite, sql, id)).toBe(403);
  });

  it('is not given to who has become a member with its address meanwhile', async () => {
    const organization = await dbCreateOrganization(app, { [owner.id]: 'owner' });
    const email = uniqueEmail();
    const lock = () => blocker.query('SELECT FROM organizations WHERE id = $1 FOR UPDATE', [organization.id]);
    const join = () =>
      blocker.query(
        `WITH person AS (UPDATE users SET email_key = $3 WHERE id = $2)
        INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'member')`,
        [organization.id, member.id, email],
      );
    const invite = async () => owner.post(`${organization.path}/invitations`, { email, role: 'viewer' });
    expect((await blocker.during(invite, { lock, meanwhile: join })).status).toBe(409);
    await app.db('UPDATE users SET email_key = $2 WHERE id = $1', [member.id, member.email]);
  });
});

describe('a token', () => {
  const CHANGES = [
    ['revoked', 'UPDATE access_tokens SET revoked_at = clock_timestamp() WHERE id = $1', 409],
    ['expired', 'UPDATE access_tokens SET expires_at = clock_timestamp() WHERE id = $1', 409],
    ['deleted', 'DELETE FROM access_tokens WHERE id = $1', 404],
    [
      'moved to another organization',
      `WITH other AS (
        INSERT INTO organizations (id, name, slug) VALUES (gen_random_uuid(), 'B', 'b-' || gen_random_uuid()) RETURNING id)
      UPDATE access_tokens SET organization_id = other.id FROM other WHERE access_tokens.id = $1`,
      404,
    ],
  ] as const;
  const issued = async (): Promise<{ path: string; id: string }> => {
    const { id: organizationId, path } = await founded();
    const { token } = await owner.issueOrganizationToken(organizationId, HARMLESS);
    return { path: `${path}/tokens/${token.id}`, id: token.id };
  };

  it.each(CHANGES)('that is %s meanwhile is neither changed nor rotated', async (_, sql, status) => {
    const one = await issued();
    expect(await during(() => owner.patch(one.path, { label: 'renamed' }), sql, one.id)).toBe(status);
    const other = await issued();
    expect(await during(() => owner.post(`${other.path}/rotate`, {}), sql, other.id)).toBe(status);
    const labels = await app.db('SELECT label FROM access_tokens WHERE organization_id = $1', [A.id]);
    expect(labels.every(({ label }) => label === 'deploy') && labels.length <= 1).toBe(true);
  });

  it('that is moved to another organization meanwhile is not revoked from the one before', async () => {
    const { path, id } = await issued();
    const [, sql] = CHANGES[3];
    expect(await during(() => owner.delete(path), sql, id)).toBe(404);
    expect(await app.db('SELECT revoked_at FROM access_tokens WHERE id = $1', [id])).toEqual([{ revoked_at: null }]);
  });

  it('that is revoked meanwhile stays as it is when it is revoked once more', async () => {
    const { path, id } = await issued();
    const sql = `UPDATE access_tokens SET revoked_at = clock_timestamp(), revoke_reason = 'first' WHERE id = $1`;
    expect(await during(() => owner.delete(path, { reason: 'second' }), sql, id)).toBe(204);
    expect(await app.db('SELECT revoke_reason FROM access_tokens WHERE id = $1', [id])).toEqual([
      { revoke_reason: 'first' },
    ]);
    expect(await dbAudit(app, A.id, 'token.revoked')).toEqual([]);
  });
});
