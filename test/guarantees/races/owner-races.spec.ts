/**
 * An organization always keeps an owner, whoever races on whichever instance. Guards `lockOrganization`: without it two
 * owners who demote each other both see another owner, and nearly every organization of such a race ends without one.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dbSignUp, PASSWORD, signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { dbCreateOrganization } from '../../support/organizations.js';
import { ROUNDS, rounds } from '../../support/rounds.js';
import { dbJoin, type Organization } from '../../support/scene.js';

const PATIENCE_MS = 120_000;

describe('however owners race, an owner remains', () => {
  let here: TestApp;
  let there: TestApp;
  let one: Person;
  let two: Person;
  beforeAll(async () => {
    here = await startApp();
    there = await startApp({ beside: here });
    one = await signUp(here, 'One');
    two = await signUp(there, 'Two');
  });

  const both = (): Promise<Organization> => dbCreateOrganization(here, { [one.id]: 'owner', [two.id]: 'owner' });
  const memberPath = ({ path }: Organization, { id }: Person): string => `${path}/members/${id}`;
  const ownersOf = async ({ id }: Organization): Promise<number> =>
    (await here.db(`SELECT 1 FROM memberships WHERE organization_id = $1 AND role = 'owner'`, [id])).length;

  /** The statuses of the two rivals, sorted, and the owners who are left. */
  async function race(organization: Organization, ...rivals: (() => PromiseLike<{ status: number }>)[]) {
    const answers = await Promise.all(rivals.map((rival) => rival()));
    return { statuses: answers.map(({ status }) => status).sort(), owners: await ownersOf(organization) };
  }

  it(
    'when two owners demote each other',
    async () => {
      const outcomes = await rounds(ROUNDS, async () => {
        const organization = await both();
        return race(
          organization,
          () => one.patch(memberPath(organization, two), { role: 'admin' }),
          () => two.patch(memberPath(organization, one), { role: 'admin' }),
        );
      });
      expect(new Set(outcomes.map((each) => JSON.stringify(each)))).toEqual(
        new Set(['{"statuses":[200,403],"owners":1}']),
      );
    },
    PATIENCE_MS,
  );

  it(
    'when one removes the other, who demotes them',
    async () => {
      const outcomes = await rounds(ROUNDS, async () => {
        const organization = await both();
        return race(
          organization,
          () => one.delete(memberPath(organization, two)),
          () => two.patch(memberPath(organization, one), { role: 'viewer' }),
        );
      });
      for (const { statuses, owners } of outcomes) {
        // Who was removed first no longer sees the organization; who was demoted first may no longer remove.
        expect([
          [204, 404],
          [200, 403],
        ]).toContainEqual(statuses);
        expect(owners).toBe(1);
      }
    },
    PATIENCE_MS,
  );

  it(
    'when both leave',
    async () => {
      const outcomes = await rounds(ROUNDS, async () => {
        const organization = await both();
        return race(
          organization,
          () => one.delete(memberPath(organization, one)),
          () => two.delete(memberPath(organization, two)),
        );
      });
      expect(outcomes).toEqual(outcomes.map(() => ({ statuses: [204, 409], owners: 1 })));
    },
    PATIENCE_MS,
  );

  it(
    'when one leaves and the other deletes their account',
    async () => {
      const outcomes = await rounds(ROUNDS, async () => {
        const leaver = await dbSignUp(there, one);
        const organization = await dbCreateOrganization(here, { [one.id]: 'owner', [leaver.id]: 'owner' });
        return race(
          organization,
          () => one.delete(memberPath(organization, one)),
          () => leaver.delete('/api/v1/users/me', { password: PASSWORD }),
        );
      });
      expect(outcomes).toEqual(outcomes.map(() => ({ statuses: [204, 409], owners: 1 })));
    },
    PATIENCE_MS,
  );

  it(
    'when an owner hands over to somebody who is deleting their account',
    async () => {
      const owners = await rounds(ROUNDS, async () => {
        const heir = await dbSignUp(there, one);
        const organization = await dbCreateOrganization(here, { [one.id]: 'owner' });
        await dbJoin(here, organization.id, heir.id, 'member');
        const handOver = async (): Promise<void> => {
          await one.patch(memberPath(organization, heir), { role: 'owner' });
          await one.delete(memberPath(organization, one));
        };
        await Promise.all([handOver(), heir.delete('/api/v1/users/me', { password: PASSWORD })]);
        return ownersOf(organization);
      });
      expect(new Set(owners)).toEqual(new Set([1]));
    },
    PATIENCE_MS,
  );
});
