/** Lifetimes of ledger accounts, in hours and days. Their jobs stay in the queue: no network is called. */
import { AccountWorkRepository } from '../../../src/ledger-accounts/provisioning/account-work.repository.js';
import { Transactions } from '../../../src/platform/database/transactions.service.js';
import { signUp, type Person } from '../actors.js';
import { OWN_ACCOUNTS } from '../ledger-accounts.js';
import { DAY, HOUR, type Lifetime, type LifetimeFixture } from './stage.js';

export const ACCOUNT_LIFETIMES: Readonly<Record<string, Lifetime>> = {
  'the hour of which one event tells who saw a private key': {
    isAliveAtEnd: true,
    isAlive: async (stage, restMs) => {
      const { app, cast, now } = stage;
      const path = `${cast.organization.path}/ledger-accounts`;
      const id = await opened(cast.owner, path);
      const seen = 'INSERT INTO ledger_account_reveals (account_id, actor_id, revealed_at) VALUES ($1, $2, $3)';
      await app.db(seen, [id, cast.admin.id, new Date(now.getTime() - HOUR + restMs)]);
      await cast.admin.get(`${path}/${id}`).expect(200);
      const told = 'SELECT 1 FROM audit_events WHERE action = $1 AND target_id = $2 AND actor_id = $3';
      return (await app.db(told, ['ledger_account.revealed', id, cast.admin.id])).length === 0;
    },
  },
  'the day after a disbursement': {
    isAlive: async (stage, restMs) => !(await isDue(stage, 'last_disbursement_at', restMs)),
  },
  'the day after a disbursement that was refused': {
    isAlive: async (stage, restMs) => !(await isDue(stage, 'disbursement_refused_at', restMs)),
  },
};

async function opened(by: Person, path: string): Promise<string> {
  const { body } = await by.post(path, { network: 'testnet', keyType: 'ed25519' }).expect(201);
  return (body as { id: string }).id;
}

/** Whether an account whose column is almost a day old gets its next disbursement. */
async function isDue({ app, now }: LifetimeFixture, column: string, restMs: number): Promise<boolean> {
  const id = await opened(await signUp(app), OWN_ACCOUNTS);
  const active = `UPDATE ledger_accounts SET creation_requested_at = NULL, account_number = '77', balance = 0, ${column} = $2 WHERE id = $1`;
  await app.db(active, [id, new Date(now.getTime() - DAY + restMs)]);
  const accounts = app.nest.get(AccountWorkRepository, { strict: false });
  return app.nest.get(Transactions).run((tx) => accounts.markDisbursementRequested(tx, id, '77'));
}
