import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bearing, dbVerifyEmail, signUp, uniqueEmail } from '../../support/actors.js';
import { startApp } from '../../support/app.js';
import { tokenOf } from '../../support/mails.js';
import { dbAudit, dbInvite, invite } from '../../support/organizations.js';
import { anonymized, problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Scene } from '../../support/scene.js';
import { MEMBER_SCOPES, ORGANIZATION_SCOPES } from '../../support/tokens.js';

const INVITING_SCOPES = ['members:manage', ...MEMBER_SCOPES];
const DAY_MS = 86_400_000;
const SHOWN = ['id', 'email', 'role', 'invitedBy', 'createdAt', 'expiresAt', 'status'].sort();

describe('POST /organizations/:organization/invitations', () => {
  let cast: Scene;
  let path: string;
  let email: string;
  beforeAll(async () => {
    cast = await scene();
    path = `${cast.organization.path}/invitations`;
  });
  beforeEach(() => {
    email = uniqueEmail();
  });

  const dbCount = async (): Promise<number> => (await cast.app.db('SELECT 1 FROM invitations')).length;

  describe('succeeds', () => {
    it.each(['admin', 'member', 'viewer'])('lets an admin invite a %s for seven days', async (role) => {
      const { id, name } = cast.admin;
      const { body } = await cast.admin.post(path, { email, role }).expect(201);
      expect(body).toMatchObject({ email, role, invitedBy: { id, name }, status: 'open' });
      expect(Object.keys(body).sort()).toEqual(SHOWN);
      expect(Math.round((Date.parse(body.expiresAt) - Date.parse(body.createdAt)) / DAY_MS)).toBe(7);
    });

    it('mails the secret and shows it nowhere else, at rest only its hash', async () => {
      const { app, admin, organization, owner } = cast;
      const { id } = (await admin.post(path, { email, role: 'member' }).expect(201)).body;
      const mail = await app.mails.waitFor(email);
      const secret = tokenOf(mail);
      expect(mail.text).toMatch(/^http\S+\/invitations\/accept\?token=[0-9A-Za-z]{43}$/m);
      const audit = await admin.get(`${organization.path}/audit-events`);
      const shown = [await admin.get(path), await owner.get(path), audit].map(({ text }) => text);
      expect(shown.join()).not.toContain(secret);
      const [row] = await app.db<{ stored: string; hash: string }>(
        `SELECT i::text AS stored, sha256($2)::text AS hash FROM invitations i WHERE id = $1`,
        [id, Buffer.from(secret)],
      );
      expect([row?.stored.includes(secret), row?.stored.includes(row.hash.slice(2))]).toEqual([false, true]);
    });

    it('answers alike whether or not the address has an account, and organizations', async () => {
      const strange = await cast.admin.post(path, { email, role: 'member' }).expect(201);
      await found(cast.outsider);
      const known = await cast.admin.post(path, { email: cast.outsider.email, role: 'member' }).expect(201);
      expect(Object.keys(known.body)).toEqual(Object.keys(strange.body));
      expect(known.headers['content-type']).toBe(strange.headers['content-type']);
    });

    it('renews an open invitation: the older link is dead, in any spelling of the address', async () => {
      const { app, admin, organization } = cast;
      const outsider = await signUp(app);
      const first = await dbInvite(app, organization.id, { email: outsider.email, invitedBy: admin.id });
      const again = await invite(admin, organization, outsider.email.toUpperCase().replace('TEST', 'test'));
      await outsider.post('/api/v1/invitations/accept', { token: first.secret }).expect(problem(404, 'not_found'));
      const { body } = await admin.get(`${path}?limit=100`).expect(200);
      expect(body.items).toContainEqual(expect.objectContaining({ id: again.id }));
      expect(body.items).not.toContainEqual(expect.objectContaining({ id: first.id }));
      const [event] = await dbAudit(app, organization.id, 'invitation.cancelled');
      expect(event).toMatchObject({ target_id: first.id, details: { reason: 'renewed' } });
    });

    it('lets an owner invite an owner', async () => {
      const { body } = await cast.owner.post(path, { email, role: 'owner' }).expect(201);
      expect(body.role).toBe('owner');
    });

    it('lets an organization token that holds all that the role holds invite, as nobody', async () => {
      const { app, owner, organization } = cast;
      const scopes = ['members:manage', ...MEMBER_SCOPES];
      const token = bearing(app, await owner.issueOrganizationToken(organization.id, scopes));
      const { body } = await token.post(path, { email, role: 'member' }).expect(201);
      expect(body).toMatchObject({ invitedBy: null, status: 'open' });
    });

    it('records who invited whom', async () => {
      const { body } = await cast.admin.post(path, { email, role: 'viewer' }).expect(201);
      const [event] = await dbAudit(cast.app, cast.organization.id, 'invitation.created');
      expect(event).toMatchObject({ actor_id: cast.admin.id, target_id: body.id, details: { email, role: 'viewer' } });
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      await cast.anonymous.post(path, { email, role: 'viewer' }).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it.each(['member', 'viewer'] as const)('refuses a %s', async (role) => {
      const before = await dbCount();
      await cast[role].post(path, { email, role: 'viewer' }).expect(problem(403, 'forbidden'));
      expect(await dbCount()).toBe(before);
    });

    it('refuses who has not proven their address, in a session and by a personal token', async () => {
      const { app } = cast;
      const founder = await signUp(app);
      const { path: own } = await found(founder);
      const token = bearing(app, await founder.issuePersonalToken(INVITING_SCOPES));
      const before = await dbCount();
      for (const caller of [founder, token]) {
        await caller.post(`${own}/invitations`, { email, role: 'viewer' }).expect(problem(403, 'email_unproven'));
      }
      expect(await dbCount()).toBe(before);
      await dbVerifyEmail(founder);
      await token.post(`${own}/invitations`, { email, role: 'viewer' }).expect(201);
    });

    it('refuses an organization token while no owner has proven their address, or while its creator has not', async () => {
      const { app } = cast;
      const [founder, colleague] = [await signUp(app), await signUp(app)];
      const { id, path: own } = await found(founder);
      await dbJoin(app, id, colleague.id, 'admin');
      const body = { email, role: 'viewer' };
      const ofFounder = bearing(app, await founder.issueOrganizationToken(id, INVITING_SCOPES));
      const ofColleague = bearing(app, await colleague.issueOrganizationToken(id, INVITING_SCOPES));
      await dbVerifyEmail(colleague);
      await ofColleague.post(`${own}/invitations`, body).expect(problem(403, 'email_unproven'));
      await dbVerifyEmail(founder);
      await ofFounder.post(`${own}/invitations`, body).expect(201);
      await app.db('UPDATE users SET email_verified_at = NULL WHERE id = $1', [colleague.id]);
      await ofColleague.post(`${own}/invitations`, body).expect(problem(403, 'email_unproven'));
    });

    it('lets an organization token invite after its creator has left and is gone', async () => {
      const { app, owner, organization } = cast;
      const creator = await signUp(app);
      await dbJoin(app, organization.id, creator.id, 'admin');
      const token = bearing(app, await creator.issueOrganizationToken(organization.id, INVITING_SCOPES));
      await owner.delete(`${organization.path}/members/${creator.id}`).expect(204);
      await app.db('DELETE FROM users WHERE id = $1', [creator.id]);
      await token.post(path, { email, role: 'viewer' }).expect(201);
    });

    it('lets neither an admin nor any token invite an owner', async () => {
      const { app, owner, admin, organization } = cast;
      const before = await dbCount();
      const personal = bearing(app, await owner.issuePersonalToken(['members:manage']));
      const organizational = bearing(app, await owner.issueOrganizationToken(organization.id, ['members:manage']));
      await admin.post(path, { email, role: 'owner' }).expect(problem(403, 'forbidden'));
      await personal.post(path, { email, role: 'owner' }).expect(problem(403, 'insufficient_scope'));
      await organizational.post(path, { email, role: 'owner' }).expect(problem(403, 'insufficient_scope'));
      expect(await dbCount()).toBe(before);
    });

    it.each(['admin', 'member', 'viewer'])('lets no token with members:manage alone invite a %s', async (role) => {
      const { app, owner, organization } = cast;
      const before = await dbCount();
      const personal = bearing(app, await owner.issuePersonalToken(['members:manage']));
      const organizational = bearing(app, await owner.issueOrganizationToken(organization.id, ['members:manage']));
      await personal.post(path, { email, role }).expect(problem(403, 'insufficient_scope'));
      await organizational.post(path, { email, role }).expect(problem(403, 'insufficient_scope'));
      expect(await dbCount()).toBe(before);
    });

    it('lets no token invite an admin, whose role holds more than any token may carry', async () => {
      const { app, owner, organization } = cast;
      const personal = bearing(app, await owner.issuePersonalToken([...ORGANIZATION_SCOPES, 'user:read']));
      const organizational = bearing(app, await owner.issueOrganizationToken(organization.id, ORGANIZATION_SCOPES));
      await personal.post(path, { email, role: 'admin' }).expect(problem(403, 'insufficient_scope'));
      await organizational.post(path, { email, role: 'admin' }).expect(problem(403, 'insufficient_scope'));
    });

    it('lets no admin replace the open invitation of an owner', async () => {
      const { app, owner, admin, organization } = cast;
      const { id } = await dbInvite(app, organization.id, { email, role: 'owner', invitedBy: owner.id });
      await admin.post(path, { email, role: 'viewer' }).expect(problem(403, 'forbidden'));
      const [row] = await app.db('SELECT cancelled_at FROM invitations WHERE id = $1', [id]);
      expect(row).toEqual({ cancelled_at: null });
    });

    it('refuses tokens without members:manage', async () => {
      const token = bearing(cast.app, await cast.owner.issuePersonalToken(['members:read']));
      const response = await token.post(path, { email, role: 'viewer' }).expect(problem(403, 'insufficient_scope'));
      expect(response.headers['www-authenticate']).toContain('scope="members:manage"');
    });
  });

  describe('hides', () => {
    it('answers for a foreign organization as for none', async () => {
      const foreign = await found(cast.outsider);
      const before = await dbCount();
      const body = { email, role: 'viewer' };
      const rival = await cast.owner.post(`${foreign.path}/invitations`, body).expect(problem(404, 'not_found'));
      const none = await cast.owner.post('/api/v1/organizations/none/invitations', body).expect(404);
      expect([anonymized(rival), await dbCount()]).toEqual([anonymized(none), before]);
    });
  });

  describe('conflicts', () => {
    it('refuses to invite a member, in any spelling of their address', async () => {
      const { admin, viewer } = cast;
      const spelling = viewer.email.replace('vera', 'VERA').replace('person', 'PERSON');
      await admin.post(path, { email: spelling, role: 'member' }).expect(problem(409, 'already_member'));
    });
  });

  describe('limits', () => {
    it('counts over all instances, per organization and per person', async () => {
      const env = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_INVITATIONS: '3/1h' };
      const [one, two] = [await startApp({ beside: cast.app, env }), await startApp({ beside: cast.app, env })];
      const { path: other } = await found(cast.admin);
      const send = (app: typeof one, where: string) =>
        cast.admin.at(app).post(where, { email: uniqueEmail(), role: 'viewer' });
      await send(one, path).expect(201);
      await send(two, path).expect(201);
      await send(one, path).expect(201);
      const limited = await send(two, path).expect(problem(429, 'rate_limited'));
      expect(limited.headers['retry-after']).toMatch(/^\d+$/);
      await send(one, `${other}/invitations`).expect(problem(429, 'rate_limited'));
      await cast.owner.at(one).post(path, { email, role: 'viewer' }).expect(problem(429, 'rate_limited'));
    });
  });

  describe('validates', () => {
    it.each([
      [{}],
      [{ email: 'a@b.test' }],
      [{ role: 'viewer' }],
      [{ email: 'nobody', role: 'viewer' }],
      [{ email: ['a@b.test'], role: 'viewer' }],
      [{ email: 'a@b.test\r\nBcc: c@d.test', role: 'viewer' }],
      [{ email: 'nul\u0000@b.test', role: 'viewer' }],
      [{ email: 'a@b.test', role: 'boss' }],
      [{ email: 'a@b.test', role: ['viewer'] }],
      [{ email: 'a@b.test', role: null }],
      [{ email: 'a@b.test', role: 'viewer', expiresAt: '2999-01-01T00:00:00Z' }],
      [{ email: 'a@b.test', role: 'viewer', organizationId: '019a8b7c-0000-7000-8000-000000000000' }],
    ])('refuses %j', async (body) => {
      const before = await dbCount();
      await cast.admin.post(path, body).expect(problem(422, 'validation_failed'));
      expect(await dbCount()).toBe(before);
    });
  });
});
