/**
 * Deleting one's account never leaves an organization without an owner, whatever happens at the same time. Goes red when
 * profile.service.ts does not call Departures first. Two instances on one database.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dbSignUp, PASSWORD, signUp, type Person } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { dbCreateOrganization } from '../../support/organizations.js';
import { ROUNDS, rounds } from '../../support/rounds.js';
import type { Organization } from '../../support/scene.js';

const ME = '/api/v1/users/me';

describe('two owners at the same time', () => {
  let first: TestApp;
  let second: TestApp;
  let model: Person;

  beforeAll(async () => {
    first = await startApp();
    second = await startApp({ beside: first });
    model = await signUp(first);
  });

  async function twoOwners(): Promise<{ one: Person; two: Person; organization: Organization }> {
    const [one, two] = await Promise.all([dbSignUp(first, model), dbSignUp(first, model)]);
    return { one, two, organization: await dbCreateOrganization(first, { [one.id]: 'owner', [two.id]: 'owner' }) };
  }

  async function dbOwners({ id }: Organization): Promise<number> {
    const sql = "SELECT 1 FROM memberships WHERE organization_id = $1 AND role = 'owner'";
    return (await first.db(sql, [id])).length;
  }

  it.each([
    [
      'both delete their accounts',
      (one: Person, two: Person) => [
        one.delete(ME, { password: PASSWORD }),
        two.at(second).delete(ME, { password: PASSWORD }),
      ],
    ],
    [
      'one deletes the account and the other leaves',
      (one: Person, two: Person, { path }: Organization) => [
        one.delete(ME, { password: PASSWORD }),
        two.at(second).delete(`${path}/members/${two.id}`),
      ],
    ],
    [
      'one deletes the account and the other steps down',
      (one: Person, two: Person, { path }: Organization) => [
        one.delete(ME, { password: PASSWORD }),
        two.at(second).patch(`${path}/members/${two.id}`, { role: 'member' }),
      ],
    ],
  ])(
    'leave one owner: %s',
    async (_, meanwhile) => {
      const outcomes = await rounds(ROUNDS, async () => {
        const { one, two, organization } = await twoOwners();
        const answers = await Promise.all(meanwhile(one, two, organization));
        return { faults: answers.filter(({ status }) => status >= 500).length, owners: await dbOwners(organization) };
      });
      expect(outcomes).toEqual(outcomes.map(() => ({ faults: 0, owners: 1 })));
    },
    240_000,
  );

  it('never leave an organization ownerless that one of them founds meanwhile', async () => {
    await rounds(ROUNDS, async () => {
      const founder = await dbSignUp(first, model);
      await Promise.all([
        founder.delete(ME, { password: PASSWORD }),
        founder.at(second).post('/api/v1/organizations', { name: 'Late' }),
      ]);
    });
    const ownerless = await first.db(
      "SELECT 1 FROM organizations o WHERE NOT EXISTS (SELECT 1 FROM memberships m WHERE m.organization_id = o.id AND m.role = 'owner')",
    );
    expect(ownerless).toEqual([]);
  }, 240_000);
});
