/** Transaction ids outlive their cluster in a dump. Restored into a younger one, they must not stop memory or pruning. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ChangeLogOriginCheck } from '../../../src/platform/database/change-log-origin.check.js';
import { MissingFacts } from '../../../src/verification/fact-cache.js';
import { FenceConnection } from '../../../src/verification/fence-connection.js';
import { bearing, type Actor } from '../../support/actors.js';
import { startApp, type TestApp } from '../../support/app.js';
import { scene, type Scene } from '../../support/scene.js';
import { issue, present } from '../../support/tokens.js';
import { until } from '../../support/until.js';

/** What a restore brings from an older cluster. */
const FOREIGN = `
  UPDATE authority_pruning SET pruned_through = '900000000000', system_identifier = '1';
  INSERT INTO authority_changes (xid, subject_kind, subject_id, changed_at)
    SELECT '900000000001', 'token', 'x', now() - interval '1 day' FROM generate_series(1, 50)`;
const STATE = `
  SELECT (SELECT count(*)::int FROM authority_changes WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())) AS foreign,
    pruned_through < pg_snapshot_xmax(pg_current_snapshot()) AS possible,
    system_identifier = (SELECT system_identifier::text FROM pg_control_system()) AS here FROM authority_pruning`;
const ANEW = [{ foreign: 0, possible: true, here: true }];

describe('a log that came from another cluster', () => {
  let app: TestApp;
  let other: TestApp;
  let cast: Scene;
  beforeAll(async () => {
    app = await startApp();
    other = await startApp({ beside: app });
    cast = await scene(app);
  });

  async function live(): Promise<Actor> {
    const holder = bearing(app, await issue('organization', cast, cast.owner));
    await present(holder).expect(200);
    await present(holder.at(other)).expect(200);
    return holder;
  }
  const check = (on: TestApp): Promise<void> => on.nest.get(ChangeLogOriginCheck).check();

  it('is signed with its cluster at the first start', async () => {
    expect(await app.db(STATE)).toEqual(ANEW);
  });

  it('begins anew at the start of an instance', async () => {
    await app.db(FOREIGN);
    const late = await startApp({ beside: app });
    expect(await app.db(STATE)).toEqual(ANEW);
    await late.close();
  });

  it.each([
    ['with the mark of an older one', `UPDATE authority_pruning SET pruned_through = '900000000000'`],
    ['with changes of an older one', FOREIGN.split(';')[1] ?? ''],
    ['with the name of another one', `UPDATE authority_pruning SET system_identifier = '1'`],
    ['without its mark', 'ALTER TABLE authority_pruning DISABLE TRIGGER USER; DELETE FROM authority_pruning'],
  ])('begins anew while instances run, %s, once for all of them', async (_, sql) => {
    await app.db(sql);
    await app.db(`DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT tgname FROM pg_trigger WHERE tgrelid = 'authority_pruning'::regclass LOOP
        EXECUTE format('ALTER TABLE authority_pruning ENABLE ALWAYS TRIGGER %I', name); END LOOP; END $$`);
    await Promise.all([check(app), check(other), check(app), check(other)]);
    const [begun] = await app.db('SELECT log_id FROM authority_pruning');
    await check(other);

    expect(await app.db(STATE)).toEqual(ANEW);
    expect(await app.db('SELECT log_id FROM authority_pruning')).toEqual([begun]);
  });

  it('loses no revocation that comes while it begins anew: 40 rounds on two instances', async () => {
    const stale: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      const holder = await live();
      await app.db(FOREIGN);
      const revoked = app.db('UPDATE access_tokens SET revoked_at = now() WHERE revoked_at IS NULL');
      await Promise.all([check(app), check(other), revoked, present(holder), present(holder.at(other))]);
      if ((await present(holder)).status !== 401 || (await present(holder.at(other))).status !== 401) stale.push(round);
    }
    expect(stale).toEqual([]);
  }, 120_000);

  it('lets memory be used again: the next fence but one is not outdated', async () => {
    await app.db(FOREIGN);
    expect(await isOutdated()).toBe(true);
    await check(app);

    await until(async () => !(await isOutdated()));
  });

  /** What a process that has just confirmed its memory is told when it confirms it again. */
  async function isOutdated(): Promise<boolean | null> {
    const connection = new FenceConnection(app.database.url, 5_000);
    const { snapshot } = await connection.run(null, new MissingFacts());
    const { outdated } = await connection.run(snapshot, new MissingFacts());
    connection.drop();
    return outdated;
  }
});
