/** Lifetimes of new objects, as the service sets them. */
import { Transactions } from '../../../src/platform/database/transactions.service.js';
import { openMail, type SealedMail } from '../../../src/platform/mail/mail-seal.js';
import { Mailer } from '../../../src/platform/mail/mailer.service.js';
import { Actor, PASSWORD, signUp, uniqueEmail } from '../actors.js';
import { refresh, refreshed } from '../sessions.js';
import { signInFrom } from '../sources.js';
import { until } from '../until.js';
import { DAY, dbDate, dbEndOf, dbExpire, dbMakeJobsDue, expOf, HOUR, MINUTE, type Length } from './stage.js';

export const LENGTHS: Readonly<Record<string, Length>> = {
  'a session without use, after a sign-in': {
    lastsMs: 7 * DAY,
    endOf: async (stage) => dbEndOf(stage, 'sessions', 'user_id', (await signUp(stage.app)).id),
  },
  'a session without use, after a refresh': {
    lastsMs: 7 * DAY,
    endOf: async (stage) => {
      const person = await signUp(stage.app);
      await dbExpire(stage, 'sessions', 'user_id', person.id, HOUR);
      await refreshed(stage.app, person.cookie);
      return dbEndOf(stage, 'sessions', 'user_id', person.id);
    },
  },
  'a session that was answered in the grace': {
    lastsMs: HOUR,
    endOf: async (stage) => {
      const person = await signUp(stage.app);
      await refreshed(stage.app, person.cookie);
      await dbExpire(stage, 'sessions', 'user_id', person.id, HOUR);
      await refreshed(stage.app, person.cookie);
      return dbEndOf(stage, 'sessions', 'user_id', person.id);
    },
  },
  'a session in all': {
    lastsMs: 3 * DAY,
    endOf: async (stage) => {
      const person = await signUp(stage.app);
      await dbDate(stage, 'sessions', 'created_at', 'user_id', person.id, -27 * DAY);
      await refreshed(stage.app, person.cookie);
      return dbEndOf(stage, 'sessions', 'user_id', person.id);
    },
  },
  'the refresh cookie': {
    lastsMs: 7 * DAY,
    endOf: async ({ app, now }) => {
      const { headers } = await refresh(app, (await signUp(app)).cookie).expect(200);
      return new Date(now.getTime() + Number(/Max-Age=(\d+)/.exec(String(headers['set-cookie']))?.[1]) * 1_000);
    },
  },
  'the bearer of a session, after a sign-in': {
    lastsMs: 10 * MINUTE,
    endOf: async ({ app }) => expOf((await signUp(app)).credential ?? ''),
  },
  'the bearer of a session, after a refresh': {
    lastsMs: 10 * MINUTE,
    endOf: async ({ app }) => expOf((await refreshed(app, (await signUp(app)).cookie)).accessToken),
  },
  'the bearer of a session, answered in the grace': {
    lastsMs: 10 * MINUTE,
    endOf: async ({ app }) => {
      const { cookie } = await signUp(app);
      await refreshed(app, cookie);
      return expOf((await refreshed(app, cookie)).accessToken);
    },
  },
  'a link that proves an address': {
    lastsMs: DAY,
    endOf: async (stage) => {
      const { id, email } = await signUp(stage.app);
      await until(async () => (await dbMakeJobsDue(stage.app)) === 0 && (await stage.app.mails.to(email)).length === 1);
      return dbEndOf(stage, 'mailed_secrets', 'user_id', id);
    },
  },
  'a link that resets a password': {
    lastsMs: HOUR,
    endOf: async (stage) => {
      const { id, email } = await signUp(stage.app);
      await new Actor(stage.app, null).post('/api/v1/auth/password/forgot', { email }).expect(202);
      const reset = "SELECT 1 FROM mailed_secrets WHERE user_id = $1 AND purpose = 'reset_password'";
      await until(async () => (await dbMakeJobsDue(stage.app)) === 0 && (await stage.app.db(reset, [id])).length > 0);
      await stage.app.db("DELETE FROM mailed_secrets WHERE user_id = $1 AND purpose <> 'reset_password'", [id]);
      return dbEndOf(stage, 'mailed_secrets', 'user_id', id);
    },
  },
  'an invitation': {
    lastsMs: 7 * DAY,
    endOf: async (stage) => {
      const email = uniqueEmail('guest');
      const { organization, owner } = stage.cast;
      await owner.post(`${organization.path}/invitations`, { email, role: 'viewer' }).expect(201);
      return dbEndOf(stage, 'invitations', 'email', email);
    },
  },
  'a token for a password, at Tenderly’s command line': {
    lastsMs: 90 * DAY,
    endOf: async (stage) => {
      const { id, email } = await signUp(stage.app);
      await new Actor(stage.app, null).post('/login/token', { email, password: PASSWORD }).expect(200);
      return dbEndOf(stage, 'access_tokens', 'user_id', id);
    },
  },
  'a mail that tells of an event': {
    lastsMs: 3 * DAY,
    endOf: ({ app }) =>
      app.nest.get(Transactions).run(async (tx) => {
        await app.nest
          .get(Mailer, { strict: false })
          .enqueue(tx, { to: uniqueEmail(), subject: 'Hello', text: 'Hello' });
        const [row] = await tx.query<{ payload: SealedMail }[]>(
          'SELECT payload FROM graphile_worker._private_jobs ORDER BY id DESC LIMIT 1',
        );
        if (!row) throw new Error('no job');
        return new Date(openMail(row.payload, app.config.tokens.hashKeys).usefulUntil ?? '');
      }),
  },
  'the window of a limit': {
    lastsMs: HOUR,
    endOf: async ({ app }) => {
      await app.db("DELETE FROM rate_limits WHERE key LIKE 'signIn:%'");
      await signInFrom(app, { email: uniqueEmail(), password: 'wrong', ip: '203.0.113.4' });
      const [row] = await app.db<{ expire: string }>("SELECT expire FROM rate_limits WHERE key LIKE 'signIn:%'");
      return new Date(Number(row?.expire));
    },
  },
};
