/**
 * Deleting one's account never leaves an organization without an owner, whatever happens at the same time. Goes red when
 * profile.service.ts does not call Departures first. Two instances on one database.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, signUp, type Person } from '../support/actors.js';
import { startApp, type TestApp } from '../support/app.js';
import { dbJoin, found, type Organization } from '../support/scene.js';

const ROUNDS = 67;
const ME = '/api/v1/users/me';

describe('two owners at the same time', () => {
  let first: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    first = await startApp();
    second = await startApp({ beside: first });
  });

  async function twoOwners(): Promise<{ one: Person; two: Person; organization: Organization }> {
    const [one, two] = await Promise.all([signUp(first), signUp(first)]);
    const organization = await found(one);
    await dbJoin(first, organization.id, two.id, 'owner');
    return { one, two, organization };
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
      for (let round = 0; round < ROUNDS; round += 1) {
        const { one, two, organization } = await twoOwners();
        const answers = (await Promise.all(meanwhile(one, two, organization))).map(({ status }) => status);
        expect(await dbOwners(organization)).toBe(1);
        expect(answers.filter((status) => status >= 500)).toEqual([]);
      }
    },
    240_000,
  );

  it('never leave an organization ownerless that one of them founds meanwhile', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const founder = await signUp(first);
      await Promise.all([
        founder.delete(ME, { password: PASSWORD }),
        founder.at(second).post('/api/v1/organizations', { name: 'Late' }),
      ]);
    }
    const ownerless = await first.db(
      "SELECT 1 FROM organizations o WHERE NOT EXISTS (SELECT 1 FROM memberships m WHERE m.organization_id = o.id AND m.role = 'owner')",
    );
    expect(ownerless).toEqual([]);
  }, 240_000);
});
