/**
 * No stale accept: whatever takes authority away takes effect on the very next request, on every instance, and for ever.
 * No phantom refusal: what was just issued works on every instance at once.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { bearing, signUp, type Actor } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { rounds } from '../../support/rounds.js';
import { dbJoin, scene, type Scene } from '../../support/scene.js';
import { issue, present } from '../../support/tokens.js';
import { expectLossForGood, WAYS_TO_LOSE_AUTHORITY } from '../../support/ways-to-lose-authority.js';

const PROBES_PER_INSTANCE = 4;

describe('on all of three instances', () => {
  let instances: TestApp[];
  let cast: Scene;
  beforeAll(async () => {
    const first = await startApp();
    instances = [first, await startApp({ beside: first }), await startApp({ beside: first })];
    cast = await scene(first);
  });

  /** The statuses that the holder meets, several times on each instance, all at once. */
  async function probe(holder: Actor, path: string): Promise<Set<number>> {
    const probes = instances.flatMap((app) =>
      Array.from({ length: PROBES_PER_INSTANCE }, () => holder.at(app).get(path)),
    );
    return new Set((await Promise.all(probes)).map(({ status }) => status));
  }

  describe('the next request knows of', () => {
    it.each(WAYS_TO_LOSE_AUTHORITY)('%s', async (_, prepare) => {
      await expectLossForGood(await prepare(cast), probe);
    });
  });

  it('a new token works the moment it is issued: 30 times', async () => {
    const statuses = await rounds(
      30,
      async (index) => {
        const holder = bearing(cast.app, await issue('organization', cast, cast.owner));
        const [first, ...rest] = instances.map((app) => present(holder.at(app)));
        const answers = await Promise.all([first, ...rest]);
        if (index % 10 === 0) await cast.owner.post(`${cast.organization.path}/tokens/revoke`, { all: true });
        return answers.map((answer) => answer?.status);
      },
      1,
    );
    expect(new Set(statuses.flat())).toEqual(new Set([200]));
  });

  it('all the organization’s tokens survive their creator’s departure', async () => {
    const creator = await signUp(cast.app);
    await dbJoin(cast.app, cast.organization.id, creator.id, 'admin');
    const issued = await issue('organization', cast, creator);
    await cast.owner.delete(`${cast.organization.path}/members/${creator.id}`).expect(204);
    expect(await probe(bearing(cast.app, issued), '/api/v1/token')).toEqual(new Set([200]));
    await cast.app.db('DELETE FROM users WHERE id = $1', [creator.id]);
    expect(await probe(bearing(cast.app, issued), '/api/v1/token')).toEqual(new Set([200]));
  });
});
