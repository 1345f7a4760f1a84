/** Writes of commands and of an operator's SQL. */
import { startApp } from '../app.js';
import { dbResetNetwork } from '../ledger-accounts.js';
import { sessionsEnded } from './row-lists.js';
import type { Variants, Writes } from './write.js';

/** By the command's file in src/commands. */
export const COMMAND_WRITES: Writes = {
  'ledger-reset.ts': {
    'one of two networks': {
      act: ({ app }) => dbResetNetwork(app, 'testnet'),
      rows: [
        '- simulated account testnet of A',
        '- simulated account testnet of B',
        '- simulated account testnet of admin',
        '- simulated account testnet of caller',
        '- simulated account testnet of coowner',
        '- simulated account testnet of invitee',
        '- simulated account testnet of member',
        '- simulated account testnet of viewer',
        '- simulated transaction',
        '- simulated transaction',
        '- simulated transaction',
        '- simulated transaction',
        '- simulated transaction',
        '- simulated transaction',
        '- simulated transaction',
        '- simulated transaction',
      ],
    },
  },
};

export const OTHER_COMMANDS: Readonly<Record<string, string>> = {
  'described-app.ts': 'no command: the application without its database',
  'generate.ts': 'writes files',
  'generated-files.ts': 'no command',
  'migrate.ts': 'changes the schema (migrations.spec.ts)',
  'permissions-page.ts': 'no command',
  'routes.ts': 'prints',
  'running-database.ts': 'no command',
};

/** Writes of the database's triggers after an operator's SQL. */
export const OPERATOR_WRITES: Variants = {
  'suspends an organization': {
    act: ({ app, A }) => app.db('UPDATE organizations SET suspended_at = clock_timestamp() WHERE id = $1', [A.id]),
    rows: [
      '~ invitation by caller of A: cancelled_at',
      '~ invitation by member of A: cancelled_at',
      '~ invitation by token of A: cancelled_at',
      '~ invitation expired of A: cancelled_at',
      '~ invitation first of A: cancelled_at',
      '~ invitation second of A: cancelled_at',
      '~ organization of A: suspended_at',
      '~ token expired of A: revoke_reason, revoked_at',
      '~ token first of A: revoke_reason, revoked_at',
      '~ token twin of A: revoke_reason, revoked_at',
    ],
  },
  'disables a user': {
    act: ({ app, admin }) =>
      app.db('UPDATE users SET disabled_at = clock_timestamp() WHERE id = $1', [admin.person.id]),
    rows: [
      ...sessionsEnded('admin', 'elsewhere', 'first', 'third'),
      '~ invitation expired of A: cancelled_at',
      '~ invitation expired of B: cancelled_at',
      '~ invitation first of A: cancelled_at',
      '~ invitation first of B: cancelled_at',
      '~ invitation second of A: cancelled_at',
      '~ invitation second of B: cancelled_at',
      '~ session expired of admin: revoke_reason, revoked_at',
      '~ token expired of admin: revoke_reason, revoked_at',
      '~ token first of admin: revoke_reason, revoked_at',
      '~ token twin of admin: revoke_reason, revoked_at',
      '~ user of admin: disabled_at',
    ],
  },
  'starts and stops another instance': {
    act: async ({ app }) => (await startApp({ beside: app })).close(),
  },
};
