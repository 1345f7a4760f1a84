/** Jobs of the queue while a test prevents their execution. */
import type { TestApp } from './app.js';

const HOLD = `
  CREATE OR REPLACE FUNCTION test_hold() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.run_at := now() + interval '1 day'; RETURN NEW; END $$;
  CREATE OR REPLACE TRIGGER test_hold BEFORE INSERT ON graphile_worker._private_jobs FOR EACH ROW
    EXECUTE FUNCTION test_hold()`;

/** Runs `act` while added jobs are postponed by a day, so that no worker executes them then or afterwards. */
export async function withJobsHeld<T>(app: TestApp, act: () => PromiseLike<T>): Promise<T> {
  await app.db(HOLD);
  try {
    return await act();
  } finally {
    await app.db('DROP TRIGGER test_hold ON graphile_worker._private_jobs');
  }
}

export async function dbLetJobsRun(app: TestApp): Promise<void> {
  await app.db(`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL;
    SELECT pg_notify('jobs:insert', '{"count":2}')`);
}
