/** Lifetimes of records of use: sources, counters and events. */
import { newId } from '../../../src/platform/database/ids.js';
import { DatabaseTimedStore } from '../../../src/platform/rate-limits/database-timed-store.js';
import { LIMITER_POOL } from '../../../src/platform/rate-limits/rate-limits.service.js';
import { ChangeLogPrunerTask } from '../../../src/verification/change-log-pruner.task.js';
import { PASSWORD, signIn, signUp } from '../actors.js';
import { signInFrom } from '../sources.js';
import { until } from '../until.js';
import { DAY, dbDate, HOUR, MINUTE, type Lifetime } from './stage.js';

export const TRACE_LIFETIMES: Readonly<Record<string, Lifetime>> = {
  'a known device': {
    isAlive: async (stage, restMs) => {
      const person = await signUp(stage.app);
      await dbDate(stage, 'sessions', 'created_at', 'user_id', person.id, -90 * DAY + restMs);
      const ip = '203.0.113.1';
      await signInFrom(stage.app, { email: person.email, password: 'wrong', ip });
      const { email, cookie } = person;
      return (await signInFrom(stage.app, { email, password: PASSWORD, ip, cookie })).status === 200;
    },
  },
  'a known source': {
    isAlive: async (stage, restMs) => {
      const { id, email } = await signUp(stage.app);
      const ip = '203.0.113.2';
      const known = 'INSERT INTO known_sources (user_id, source, seen_at) VALUES ($1, $2, $3)';
      await stage.app.db(known, [id, ip, new Date(stage.now.getTime() - 90 * DAY + restMs)]);
      for (const last of [11, 12, 13, 14])
        await signInFrom(stage.app, { email, password: 'wrong', ip: `203.0.113.${String(last)}` });
      return (await signInFrom(stage.app, { email, password: PASSWORD, ip })).status === 200;
    },
  },
  'a known source, until the next sign-in': {
    isAliveAtEnd: true,
    isAlive: async (stage, restMs) => {
      const { id, email } = await signUp(stage.app);
      const known = 'INSERT INTO known_sources (user_id, source, seen_at) VALUES ($1, $2, $3)';
      await stage.app.db(known, [id, 'old', new Date(stage.now.getTime() - 90 * DAY + restMs)]);
      await signIn(stage.app, email);
      const sql = "SELECT 1 FROM known_sources WHERE user_id = $1 AND source = 'old'";
      return (await stage.app.db(sql, [id])).length === 1;
    },
  },
  'the hour in which a source is not noted again': {
    isAliveAtEnd: true,
    isAlive: async (stage, restMs) => {
      const { id, email } = await signUp(stage.app);
      const before = new Date(stage.now.getTime() - HOUR + restMs);
      await stage.app.db('UPDATE known_sources SET seen_at = $2 WHERE user_id = $1', [id, before]);
      await signIn(stage.app, email);
      const [row] = await stage.app.db('SELECT seen_at FROM known_sources WHERE user_id = $1', [id]);
      return Number(row?.seen_at) === before.getTime();
    },
  },
  'the window of a limit': {
    isAlive: async (stage, restMs) => {
      const { email } = await signUp(stage.app);
      const attempt = { email, ip: '203.0.113.3' };
      await signInFrom(stage.app, { ...attempt, password: 'wrong' });
      const mine = 'UPDATE rate_limits SET expire = $1 WHERE expire = $2 AND key LIKE $3';
      const end = stage.now.getTime();
      await stage.app.db(mine, [end + restMs, end + HOUR, 'signIn:%']);
      return (await signInFrom(stage.app, { ...attempt, password: PASSWORD })).status === 429;
    },
  },
  'a count in a window that the right password gives back': {
    isAlive: async ({ app, now }, restMs) => {
      await app.db("DELETE FROM rate_limits WHERE key LIKE 'signInPerSource:%'");
      const { email } = await signUp(app);
      await app.db('UPDATE rate_limits SET points = 5, expire = $1', [now.getTime() + restMs]);
      await signInFrom(app, { email, password: PASSWORD, ip: '127.0.0.1' });
      const counts = await app.db("SELECT points FROM rate_limits WHERE key LIKE 'signInPerSource:%'");
      return counts.length === 1 && counts[0]?.points === 5;
    },
  },
  'the row of a window that is over': {
    isAliveAtEnd: true,
    isAlive: async ({ app, now }, restMs) => {
      const key = newId();
      await app.db('INSERT INTO rate_limits VALUES ($1, 1, $2)', [key, now.getTime() - HOUR + restMs]);
      const options = { storeClient: app.nest.get<unknown>(LIMITER_POOL, { strict: false }), storeType: 'pool' };
      const store = new DatabaseTimedStore({
        ...options,
        tableName: 'rate_limits',
        tableCreated: true,
        points: 1,
        duration: 1,
      });
      await (store as unknown as { clearExpired(): Promise<unknown> }).clearExpired();
      return (await app.db('SELECT 1 FROM rate_limits WHERE key = $1', [key])).length === 1;
    },
  },
  'a change in the log of authority': {
    isAliveAtEnd: true,
    isAlive: async ({ app, now }, restMs) => {
      const at = new Date(now.getTime() - 10 * MINUTE + restMs);
      const sql = `INSERT INTO authority_changes (subject_kind, subject_id, changed_at) VALUES ('token', $1, $2)`;
      const [id, older] = [newId(), newId()];
      await app.db(sql, [id, at]);
      await app.db(sql, [older, new Date(at.getTime() - HOUR)]);
      const isThere = async (which: string): Promise<boolean> =>
        (await app.db('SELECT 1 FROM authority_changes WHERE subject_id = $1', [which])).length === 1;
      // Transactions of other specs on the same server delay the pruning for a moment.
      await until(async () => {
        await app.nest.get(ChangeLogPrunerTask, { strict: false }).prune();
        return !(await isThere(older));
      });
      return isThere(id);
    },
  },
};
