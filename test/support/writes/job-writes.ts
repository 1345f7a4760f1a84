/** Writes in the background. */
import { createHash } from 'node:crypto';
import { RefusalsService } from '../../../src/audit/refusals.service.js';
import { AccountJobs, type AccountTask } from '../../../src/ledger-accounts/provisioning/account-jobs.service.js';
import { Transactions } from '../../../src/platform/database/transactions.service.js';
import { ChangeLogPrunerTask } from '../../../src/verification/change-log-pruner.task.js';
import { startApp, type TestApp } from '../app.js';
import { dbLetJobsRun, withJobsHeld } from '../held-jobs.js';
import type { World } from '../mirrored-organizations.js';
import { until } from '../until.js';
import { expiredLinksGone, linksGone } from './row-lists.js';
import { bearer, call, type Writes } from './write.js';

/** Tasks of the queue by name. */
export const TASK_WRITES: Writes = {
  mail: {
    'of an invitation that was cancelled, beside one that was not': {
      act: async (world) => {
        const { app, admin, A, B } = world;
        await withJobsHeld(app, async () => {
          const body = { email: 'new@example.test', role: 'viewer' };
          const { body: invitation } = await admin.person.post(`${A.path}/invitations`, body).expect(201);
          await admin.person.post(`${B.path}/invitations`, body).expect(201);
          await admin.person.delete(`${A.path}/invitations/${invitation.id as string}`).expect(204);
        });
        await dbLetJobsRun(app);
      },
      rows: ['+ invitation of A', '+ invitation of B'],
      events: [
        'invitation.cancelled of A by admin on invitation new',
        'invitation.created of A by admin on invitation new',
        'invitation.created of B by admin on invitation new',
      ],
      mails: ['Invitation to Acme B to new@example.test'],
      // Its row was written once more since.
      apart: ['invitation.created'],
    },
    'of a link that was used, beside one that was not': {
      act: async (world) => {
        const { app, member, viewer } = world;
        await withJobsHeld(app, async () => {
          for (const { person } of [member, viewer]) await person.post('/api/v1/auth/email/verification').expect(202);
          await member.person.post('/api/v1/auth/email/verify', { token: member.verify }).expect(200);
        });
        await dbLetJobsRun(app);
      },
      rows: [
        ...linksGone('verify_email', 'member'),
        ...expiredLinksGone('viewer'),
        '+ link of viewer',
        '- link reset_password expired of member',
        '~ user of member: email_verified_at, updated_at',
      ],
      events: ['user.email_verified of member by member on user member'],
      mails: ['Prove your address to viewer'],
      apart: ['+ link of viewer'],
    },
  },
  'account-mail': {
    'of a reset, for one of many accounts': {
      act: (world) => call(world, '/api/v1/auth/password/forgot', { email: world.viewer.person.email }),
      status: 202,
      rows: [...expiredLinksGone('viewer'), '+ link of viewer'],
      events: ['user.password_reset_requested of viewer by anonymous on user viewer'],
      mails: ['Choose a new password to viewer'],
    },
  },
  'ledger-account-creation': {
    'anew, when its network has forgotten it': {
      given: (world) => dbSetAccount(world, `creation_requested_at = clock_timestamp()`),
      act: (world) => addJob(world, 'creation'),
      rows: [
        '+ account number of A',
        '+ simulated account',
        '+ simulated transaction',
        '- transaction of A',
        '~ account number of A: gone_since',
        '~ account testnet of A: account_number, creation_requested_at, last_disbursement_at',
      ],
      events: ['ledger_account.recreated of A by system on ledger_account testnet, unasked'],
      apart: ['+ simulated account', '+ simulated transaction'],
    },
    'refused by its network': {
      given: async (world) => {
        await dbRejectCreations(world.app, true);
        await dbSetAccount(world, `creation_requested_at = clock_timestamp()`);
      },
      act: async (world) => {
        await addJob(world, 'creation');
        await until(async () => (await dbAccountStates(world)).includes(true));
        await dbRejectCreations(world.app, false);
      },
      rows: [
        '+ simulated transaction',
        '~ account testnet of A: creation_failed_at, creation_failure, creation_requested_at',
      ],
      events: ['ledger_account.creation_failed of A by system on ledger_account testnet, unasked'],
      apart: ['+ simulated transaction'],
    },
  },
  'ledger-account-refill': {
    'of an account below its limit': {
      given: async (world) => {
        await world.app.db('DELETE FROM ledger_transactions WHERE account_id = $1', [world.A.account.id]);
        await dbSetAccount(world, `balance = 10, disbursement_requested_at = clock_timestamp()`);
      },
      act: (world) => addJob(world, 'refill'),
      rows: [
        '+ simulated transaction',
        '~ account testnet of A: balance, disbursement_requested_at, last_disbursement_at',
        '~ simulated account testnet of A: balance',
      ],
    },
    'refused, because the number is gone': {
      given: (world) => dbSetAccount(world, `balance = 10, disbursement_requested_at = clock_timestamp()`),
      act: (world) => addJob(world, 'refill'),
      rows: ['- transaction of A', '~ account testnet of A: disbursement_refused_at, disbursement_requested_at'],
    },
  },
};

/** Timers by the file that sets them. */
export const TIMER_WRITES: Writes = {
  'verification/usage/token-usage.writer.ts': {
    'last uses': {
      act: async (world) => {
        const busy = await startApp({ beside: world.app });
        await bearer({ ...world, app: busy }, world.A.token)
          .get('/api/v1/token')
          .expect(200);
        await bearer({ ...world, app: busy }, world.caller.token)
          .get('/api/v1/token')
          .expect(200);
        await busy.close();
      },
      rows: [
        '~ token first of A: last_used_at, last_used_ip, moved_by',
        '~ token first of caller: last_used_at, last_used_ip, moved_by',
      ],
    },
    'hashes under an old key': {
      act: async (world) => {
        const busy = await startApp({ beside: world.app, env: { TOKEN_HASH_KEYS: keysWithNewer(world.app) } });
        await bearer({ ...world, app: busy }, world.A.token)
          .get('/api/v1/token')
          .expect(200);
        await busy.close();
      },
      rows: ['+ hash key', '~ token first of A: hash_key_version, last_used_at, last_used_ip, moved_by, secret_hash'],
    },
  },
  'audit/refusals.service.ts': {
    'repetitions, for each organization': {
      given: async ({ viewer, A, B }) => {
        for (const { path } of [A, B]) await viewer.person.patch(path, { name: 'Renamed' }).expect(403);
      },
      act: async ({ app, viewer, A, B }) => {
        for (const { path } of [A, B, A]) await viewer.person.patch(path, { name: 'Renamed' }).expect(403);
        await app.nest.get(RefusalsService).summarise({ all: true });
      },
      events: [
        'permission.refused of A by viewer on route PATCH /api/v1/organizations/:organization',
        'permission.refused of B by viewer on route PATCH /api/v1/organizations/:organization',
      ],
    },
  },
  'verification/change-log-pruner.task.ts': {
    'what is old': { act: ({ app }) => app.nest.get(ChangeLogPrunerTask).prune() },
  },
};

/** Timers that write nothing, or no row of a tenant. */
export const OTHER_TIMERS: Readonly<Record<string, string>> = {
  'platform/concurrency/minimum-duration.ts': 'holds an answer back',
  'auth/passwords/hashing-queue.ts': 'gives a password up that waits too long for its turn',
  'auth/passwords/password-hashing.service.ts': 'holds an answer back',
  'platform/database/bounded-client.ts': 'gives a connection up',
  'platform/database/embedded/embedded-server.ts': 'waits for the embedded server',
  'platform/database/embedded/leftover-processes.ts': 'waits for the embedded server',
  'platform/database/embedded/postmaster.ts': 'waits for the embedded server',
  'platform/database/change-log-origin.check.ts': 'signs the change log of another cluster (another-cluster.spec.ts)',
  'platform/database/migrate.ts': 'waits for another process that migrates',
  'platform/database/session-client.ts': 'gives a connection up',
  'platform/http/long-polls.service.ts': 'lets a held request go',
  'platform/http/http-server.ts': 'gives a connection up',
  'ledger-accounts/reconciliation/network-lookups.service.ts':
    'lets an answer go without its network; what a look-up writes stands with the reading routes',
  'ledger-accounts/networks/creation-pace.ts': 'spreads creations',
  'ledger-accounts/networks/time-limit.ts': 'gives a network up',
  'ledger-accounts/waiting/pending-accounts.service.ts': 'reads which accounts are ready',
  'main.ts': 'waits',
  'monitoring/readiness.check.ts': 'reads',
  'platform/queue/queue-worker.service.ts': 'frees jobs, which are in no table of these: see below',
  'platform/rate-limits/rate-limits.service.ts': 'removes counts that are over, in the library',
  'platform/process/shutdown.ts': 'waits for the end',
  'verification/fence.ts': 'reads, and forgets what it holds in memory',
  'platform/process/leader-channel.ts': 'waits for another process',
  'platform/process/combined-metrics.ts': 'waits for another process',
  'platform/process/worker-processes.ts': 'waits for another process',
};

async function addJob({ app, A }: World, task: AccountTask): Promise<void> {
  const job = { accountId: A.account.id, tries: 0 };
  await app.nest.get(Transactions).run((tx) => app.nest.get(AccountJobs).add(tx, task, job));
}

async function dbSetAccount({ app, A }: World, change: string): Promise<void> {
  await app.db(`UPDATE ledger_accounts SET ${change} WHERE id = $1`, [A.account.id]);
}

async function dbAccountStates({ app }: World): Promise<boolean[]> {
  const rows = await app.db<{ failed: boolean }>(
    'SELECT creation_failed_at IS NOT NULL AS failed FROM ledger_accounts',
  );
  return rows.map(({ failed }) => failed);
}

/** Whether the simulated networks refuse new accounts, which they never do by themselves. */
async function dbRejectCreations(app: TestApp, isRejecting: boolean): Promise<void> {
  await app.db(
    isRejecting
      ? `CREATE OR REPLACE FUNCTION test_reject() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN NEW.result := 'rejected'; RETURN NEW; END $$;
        CREATE TRIGGER test_reject BEFORE INSERT ON simulated_ledger_transactions FOR EACH ROW
          WHEN (NEW.kind = 'creation') EXECUTE FUNCTION test_reject()`
      : 'DROP TRIGGER test_reject ON simulated_ledger_transactions',
  );
}

const NEWER_KEY = createHash('sha256').update('newer').digest('base64');

function keysWithNewer({ config }: TestApp): string {
  const [{ version, key }] = config.tokens.hashKeys;
  return `v2:${NEWER_KEY},${version}:${key.toString('base64')}`;
}
