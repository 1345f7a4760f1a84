import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bearing, signUp, type Person } from '../../support/actors.js';
import { tokenOf, type ReceivedMail } from '../../support/mails.js';
import { dbAudit, dbInvite, dbRoles, invite, type SentInvitation } from '../../support/organizations.js';
import { anonymized, problem } from '../../support/problems.js';
import { dbJoin, found, scene, type Organization, type Scene } from '../../support/scene.js';
import { MEMBER_SCOPES } from '../../support/tokens.js';

const INVITING_SCOPES = ['members:manage', ...MEMBER_SCOPES];
const isInvitation = ({ subject }: ReceivedMail): boolean => subject.startsWith('Invitation');
const ACCEPT = '/api/v1/invitations/accept';

describe('POST /invitations/accept', () => {
  let cast: Scene;
  let organization: Organization;
  let newcomer: Person;
  beforeAll(async () => {
    cast = await scene();
  });
  beforeEach(async () => {
    organization = await found(cast.owner);
    await dbJoin(cast.app, organization.id, cast.admin.id, 'admin');
    newcomer = await signUp(cast.app, 'Nora Newcomer');
  });

  const invited = (fields: { email?: string; role?: string; invitedBy?: string } = {}): Promise<SentInvitation> =>
    dbInvite(cast.app, organization.id, { email: newcomer.email, invitedBy: cast.admin.id, ...fields });
  const isVerified = async (): Promise<boolean> => {
    const [row] = await cast.app.db('SELECT email_verified_at FROM users WHERE id = $1', [newcomer.id]);
    return row?.email_verified_at !== null;
  };
  const roles = (): Promise<Record<string, string>> => dbRoles(cast.app, organization.id);
  const db = (sql: string): Promise<unknown> => cast.app.db(sql);

  describe('succeeds', () => {
    it('makes who holds the mailed token a member, and proves their address', async () => {
      const { secret } = await invite(cast.admin, organization, newcomer.email, 'viewer');
      expect(await isVerified()).toBe(false);
      const { body } = await newcomer.post(ACCEPT, { token: secret }).expect(200);
      const { id, name, slug } = organization;
      const user = { id: newcomer.id, email: newcomer.email, name: newcomer.name };
      expect(body).toEqual({ organization: { id, name, slug }, user, role: 'viewer', joinedAt: expect.any(String) });
      expect(await isVerified()).toBe(true);
      await newcomer.get(organization.path).expect(200);
    });

    it('records the membership’s beginning', async () => {
      const { id, secret } = await invited({ role: 'admin' });
      await newcomer.post(ACCEPT, { token: secret }).expect(200);
      const [event] = await dbAudit(cast.app, organization.id, 'invitation.accepted');
      const details = { email: newcomer.email, role: 'admin' };
      expect(event).toMatchObject({ actor_id: newcomer.id, target_id: id, details });
    });

    it('takes another spelling of the same address, but as proof only the very address', async () => {
      const { secret } = await invited({ email: newcomer.email.replace('person', 'pers\u00f6n'.normalize('NFD')) });
      await newcomer.post(ACCEPT, { token: secret }).expect(404);
      const fullWidth = await invited({ email: newcomer.email.replace('p', '\uff50') });
      await newcomer.post(ACCEPT, { token: fullWidth.secret }).expect(200);
      expect(await isVerified()).toBe(false);
    });
  });

  describe('authenticates', () => {
    it('asks for a credential', async () => {
      const { secret } = await invited();
      await cast.anonymous.post(ACCEPT, { token: secret }).expect(problem(401, 'unauthenticated'));
    });
  });

  describe('authorizes', () => {
    it('lets no token accept', async () => {
      const { secret } = await invited();
      const token = bearing(cast.app, await newcomer.issuePersonalToken(['user:read']));
      await token.post(ACCEPT, { token: secret }).expect(problem(403, 'insufficient_scope'));
      expect(await roles()).not.toHaveProperty(newcomer.id);
    });
  });

  describe('hides', () => {
    it('keeps the invitation from everybody but the invited address, and unused', async () => {
      const { secret } = await invited();
      const none = await cast.outsider.post(ACCEPT, { token: 'unknown' }).expect(problem(404, 'not_found'));
      const foreign = await cast.outsider.post(ACCEPT, { token: secret }).expect(404);
      expect(anonymized(foreign)).toEqual(anonymized(none));
      await newcomer.post(ACCEPT, { token: secret }).expect(200);
    });

    it('gives nothing to who registered the invited address without reading its mailbox', async () => {
      const { id } = await invited();
      await newcomer.get(`${organization.path}/invitations`).expect(problem(404, 'not_found'));
      await newcomer.post(ACCEPT, { token: id }).expect(problem(404, 'not_found'));
      expect(await isVerified()).toBe(false);
    });

    const admin = (): string => `'${cast.admin.id}'`;
    const losses: [string, () => Promise<unknown>][] = [
      ['the invitation was used', () => db('UPDATE invitations SET accepted_at = now()')],
      ['it expired a second ago', () => db(`UPDATE invitations SET expires_at = now() - interval '1 second'`)],
      ['it was cancelled', () => db('UPDATE invitations SET cancelled_at = now()')],
      ['the organization was deleted', () => cast.owner.delete(organization.path).expect(204)],
      ['the organization was suspended', () => db('UPDATE organizations SET suspended_at = now()')],
      ['the organization was suspended for a while', () => suspendForAWhile()],
      ['the inviter was removed', () => cast.owner.delete(`${organization.path}/members/${cast.admin.id}`)],
      ['the inviter’s membership was deleted by SQL', () => db(`DELETE FROM memberships WHERE user_id = ${admin()}`)],
      ['the inviter was removed and came back', () => leaveAndReturn()],
      ['the inviter was demoted by SQL', () => db(`UPDATE memberships SET role = 'member' WHERE user_id = ${admin()}`)],
      ['the inviter is nobody any more', () => db('UPDATE invitations SET invited_by = NULL')],
    ];

    it.each(losses)('answers as to an unknown token when %s', async (_, lose) => {
      const none = await newcomer.post(ACCEPT, { token: 'unknown' }).expect(404);
      const { secret } = await invited();
      await lose();
      const response = await newcomer.post(ACCEPT, { token: secret }).expect(problem(404, 'not_found'));
      expect(anonymized(response)).toEqual(anonymized(none));
      expect(await roles()).not.toHaveProperty(newcomer.id);
    });

    it('forgets what a disabled inviter began, also when they are enabled again', async () => {
      const { app } = cast;
      const inviter = await signUp(app);
      await dbJoin(app, organization.id, inviter.id, 'admin');
      const { secret } = await invited({ invitedBy: inviter.id });
      for (const disabledAt of ['now()', 'NULL']) {
        await app.db(`UPDATE users SET disabled_at = ${disabledAt} WHERE id = $1`, [inviter.id]);
        await newcomer.post(ACCEPT, { token: secret }).expect(problem(404, 'not_found'));
      }
    });

    it('refuses to make an owner when the inviter is one no longer', async () => {
      const { secret } = await invited({ role: 'owner' });
      await newcomer.post(ACCEPT, { token: secret }).expect(problem(404, 'not_found'));
    });

    it('refuses the invitation of an organization token that has lost its right since', async () => {
      const issued = await cast.owner.issueOrganizationToken(organization.id, INVITING_SCOPES);
      await bearing(cast.app, issued).post(`${organization.path}/invitations`, {
        email: newcomer.email,
        role: 'member',
      });
      const { secret } = await mailedTo(newcomer.email);
      await cast.owner.delete(`${organization.path}/tokens/${issued.token.id}`).expect(204);
      await newcomer.post(ACCEPT, { token: secret }).expect(problem(404, 'not_found'));
    });

    it('refuses the invitation of an organization token that was narrowed below the role since', async () => {
      const issued = await cast.owner.issueOrganizationToken(organization.id, INVITING_SCOPES);
      await bearing(cast.app, issued)
        .post(`${organization.path}/invitations`, { email: newcomer.email, role: 'member' })
        .expect(201);
      const { secret } = await mailedTo(newcomer.email);
      const scopes = INVITING_SCOPES.filter((scope) => scope !== 'tokens:read');
      await cast.owner.patch(`${organization.path}/tokens/${issued.token.id}`, { scopes }).expect(200);
      await newcomer.post(ACCEPT, { token: secret }).expect(problem(404, 'not_found'));
    });

    it('keeps the invitation of an organization token whose creator left', async () => {
      const issued = await cast.admin.issueOrganizationToken(organization.id, INVITING_SCOPES);
      await bearing(cast.app, issued).post(`${organization.path}/invitations`, {
        email: newcomer.email,
        role: 'member',
      });
      const { secret } = await mailedTo(newcomer.email);
      await cast.owner.delete(`${organization.path}/members/${cast.admin.id}`).expect(204);
      await newcomer.post(ACCEPT, { token: secret }).expect(200);
    });
  });

  describe('conflicts', () => {
    it('tells a member that they are one, and leaves role and invitation as they are', async () => {
      const { id, secret } = await invited({ role: 'admin' });
      await dbJoin(cast.app, organization.id, newcomer.id, 'viewer');
      await newcomer.post(ACCEPT, { token: secret }).expect(problem(409, 'already_member'));
      expect(await roles()).toHaveProperty(newcomer.id, 'viewer');
      const [row] = await cast.app.db('SELECT accepted_at FROM invitations WHERE id = $1', [id]);
      expect(row).toEqual({ accepted_at: null });
    });
  });

  describe('validates', () => {
    it.each([
      [{}],
      [{ token: '' }],
      [{ token: null }],
      [{ token: ['x'] }],
      [{ token: 'nul\u0000' }],
      [{ token: 'x'.repeat(201) }],
      [{ token: 'x', role: 'owner' }],
    ])('refuses %j', async (body) => {
      await newcomer.post(ACCEPT, body).expect(problem(422, 'validation_failed'));
    });
  });

  async function mailedTo(email: string): Promise<{ secret: string }> {
    return { secret: tokenOf(await cast.app.mails.waitFor(email, isInvitation)) };
  }

  async function suspendForAWhile(): Promise<void> {
    await db('UPDATE organizations SET suspended_at = now()');
    await db('UPDATE organizations SET suspended_at = NULL');
  }

  async function leaveAndReturn(): Promise<void> {
    await db(`DELETE FROM memberships WHERE user_id = '${cast.admin.id}'`);
    await dbJoin(cast.app, organization.id, cast.admin.id, 'admin');
  }
});
