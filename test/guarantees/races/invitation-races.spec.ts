/**
 * An invitation makes one membership or none, whoever races on whichever instance. Guards the organization's lock in
 * InvitationAcceptance and AuthorizedTransaction, under which an invitation is judged again before it is used or cancelled.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dbVerifyEmail, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { dbCreateOrganization, dbInvite, type SentInvitation } from '../../support/organizations.js';
import { ROUNDS, rounds } from '../../support/rounds.js';
import type { Organization } from '../../support/scene.js';

/** Without the organization's lock, one round in five goes wrong. */
const MANY_ROUNDS = 60;
const PATIENCE_MS = 120_000;
const ACCEPT = '/api/v1/invitations/accept';

describe('however invitations race', () => {
  let here: TestApp;
  let there: TestApp;
  let owner: Person;
  let admin: Person;
  let invitee: Person;
  beforeAll(async () => {
    here = await startApp();
    there = await startApp({ beside: here });
    owner = await signUp(here, 'Owner');
    admin = await signUp(here, 'Admin');
    invitee = await signUp(there, 'Invitee');
    await dbVerifyEmail(owner, admin);
  });

  const founded = (): Promise<Organization> => dbCreateOrganization(here, { [owner.id]: 'owner', [admin.id]: 'admin' });
  const invited = ({ id }: Organization): Promise<SentInvitation> =>
    dbInvite(here, id, { email: invitee.email, invitedBy: admin.id });
  const dbCount = async (sql: string, ...params: string[]): Promise<number> => (await here.db(sql, params)).length;
  const isMember = async ({ id }: Organization): Promise<boolean> =>
    (await dbCount('SELECT 1 FROM memberships WHERE organization_id = $1 AND user_id = $2', id, invitee.id)) === 1;

  it.each([
    { rivals: 4, times: ROUNDS },
    { rivals: 20, times: 5 },
  ])(
    '$rivals parallel acceptances make one membership, $times times',
    async ({ rivals, times }) => {
      const race = async (): Promise<object> => {
        const organization = await founded();
        const { secret } = await invited(organization);
        const calls = Array.from({ length: rivals }, (_, index) => invitee.at(index % 2 ? here : there));
        const answers = await Promise.all(calls.map((each) => each.post(ACCEPT, { token: secret })));
        const accepted = answers.filter(({ status }) => status === 200).length;
        const refused = answers.filter(({ status }) => status === 404).length;
        const events = await dbCount(
          `SELECT 1 FROM audit_events WHERE organization_id = $1 AND action = 'invitation.accepted'`,
          organization.id,
        );
        return { accepted, refused, events, isMember: await isMember(organization) };
      };
      const outcomes = await rounds(times, race, 1);
      expect(outcomes).toEqual(outcomes.map(() => ({ accepted: 1, refused: rivals - 1, events: 1, isMember: true })));
    },
    PATIENCE_MS,
  );

  it(
    'an invitation is accepted or cancelled, never both and never neither',
    async () => {
      const outcomes = await rounds(MANY_ROUNDS, async () => {
        const organization = await founded();
        const { id, secret } = await invited(organization);
        const [accepted, cancelled] = await Promise.all([
          invitee.post(ACCEPT, { token: secret }),
          owner.delete(`${organization.path}/invitations/${id}`),
        ]);
        return { statuses: [accepted.status, cancelled.status], isMember: await isMember(organization) };
      });
      for (const outcome of outcomes) {
        expect([
          { statuses: [200, 409], isMember: true },
          { statuses: [404, 204], isMember: false },
        ]).toContainEqual(outcome);
      }
    },
    PATIENCE_MS,
  );

  it(
    'an invitation is accepted before its inviter is removed, or not at all',
    async () => {
      const outcomes = await rounds(MANY_ROUNDS, async () => {
        const organization = await founded();
        const { secret } = await invited(organization);
        const [accepted, removed] = await Promise.all([
          invitee.post(ACCEPT, { token: secret }),
          owner.delete(`${organization.path}/members/${admin.id}`),
        ]);
        expect(removed.status).toBe(204);
        return [accepted.status, await isMember(organization)];
      });
      for (const outcome of outcomes) {
        expect([
          [200, true],
          [404, false],
        ]).toContainEqual(outcome);
      }
    },
    PATIENCE_MS,
  );

  it(
    'who is demoted while inviting leaves no open invitation behind',
    async () => {
      const open = await rounds(ROUNDS, async () => {
        const organization = await founded();
        const body = { email: uniqueEmail(), role: 'member' };
        const [invitation, demoted] = await Promise.all([
          admin.at(there).post(`${organization.path}/invitations`, body),
          owner.patch(`${organization.path}/members/${admin.id}`, { role: 'viewer' }),
        ]);
        expect([[201, 403], 200]).toEqual([expect.arrayContaining([invitation.status]), demoted.status]);
        return dbCount(
          'SELECT 1 FROM invitations WHERE organization_id = $1 AND cancelled_at IS NULL',
          organization.id,
        );
      });
      expect(new Set(open)).toEqual(new Set([0]));
    },
    PATIENCE_MS,
  );

  it(
    'of parallel invitations of one address, in several spellings, one stays open',
    async () => {
      const open = await rounds(ROUNDS, async () => {
        const organization = await founded();
        const email = uniqueEmail();
        const spellings = [email, email.toUpperCase(), email.replace('p', '\uff50'), email];
        const answers = await Promise.all(
          spellings.map((each, index) =>
            admin
              .at(index % 2 ? here : there)
              .post(`${organization.path}/invitations`, { email: each, role: 'viewer' }),
          ),
        );
        expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
        return dbCount(
          'SELECT 1 FROM invitations WHERE organization_id = $1 AND cancelled_at IS NULL',
          organization.id,
        );
      });
      expect(new Set(open)).toEqual(new Set([1]));
    },
    PATIENCE_MS,
  );
});
