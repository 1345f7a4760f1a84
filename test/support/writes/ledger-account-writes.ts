/** Writes of creating ledger accounts. */
import { withJobsHeld } from '../held-jobs.js';
import { accountCreated } from './row-lists.js';
import { bearer, demoted, DEMOTION, type Writes } from './write.js';

const newAccount = { network: 'testnet', keyType: 'ed25519' };

export const LEDGER_ACCOUNT_WRITES: Writes = {
  'POST /api/v1/users/me/ledger-accounts': {
    'of a person': {
      act: ({ caller }) => caller.person.post('/api/v1/users/me/ledger-accounts', newAccount),
      status: 201,
      rows: [...accountCreated('caller'), '+ reveal of caller'],
      events: [
        'ledger_account.created of caller by caller on ledger_account new',
        'ledger_account.revealed of caller by caller on ledger_account new',
      ],
      apart: ['ledger_account.created', ...accountCreated('caller')],
    },
    'of a person, before its job': {
      act: ({ app, caller }) =>
        withJobsHeld(app, () => caller.person.post('/api/v1/users/me/ledger-accounts', newAccount)),
      status: 201,
      rows: ['+ account of caller', '+ reveal of caller'],
      events: [
        'ledger_account.created of caller by caller on ledger_account new',
        'ledger_account.revealed of caller by caller on ledger_account new',
      ],
    },
    'by a token': {
      act: (world) => bearer(world, world.caller.token).post('/api/v1/users/me/ledger-accounts', newAccount),
      status: 201,
      rows: [...accountCreated('caller'), '+ reveal of caller'],
      events: [
        'ledger_account.created of caller by personal_token first on ledger_account new',
        'ledger_account.revealed of caller by personal_token first on ledger_account new',
      ],
      apart: ['ledger_account.created', ...accountCreated('caller')],
    },
  },
  'POST /api/v1/organizations/:organization/ledger-accounts': {
    'of an organization': {
      act: ({ caller, A }) => caller.person.post(`${A.path}/ledger-accounts`, newAccount),
      status: 201,
      rows: [...accountCreated('A'), '+ reveal of A'],
      events: [
        'ledger_account.created of A by caller on ledger_account new',
        'ledger_account.revealed of A by caller on ledger_account new',
      ],
      apart: ['ledger_account.created', ...accountCreated('A')],
    },
    'of an organization, before its job': {
      act: ({ app, caller, A }) => withJobsHeld(app, () => caller.person.post(`${A.path}/ledger-accounts`, newAccount)),
      status: 201,
      rows: ['+ account of A', '+ reveal of A'],
      events: [
        'ledger_account.created of A by caller on ledger_account new',
        'ledger_account.revealed of A by caller on ledger_account new',
      ],
    },
    'by somebody demoted meanwhile': {
      ...DEMOTION,
      act: (world) => demoted(world, (admin) => admin.post(`${world.A.path}/ledger-accounts`, newAccount)),
      status: 403,
      events: ['permission.refused of A by admin on route POST /api/v1/organizations/:organization/ledger-accounts'],
    },
    refused: {
      act: ({ viewer, A }) => viewer.person.post(`${A.path}/ledger-accounts`, newAccount),
      status: 403,
      events: ['permission.refused of A by viewer on route POST /api/v1/organizations/:organization/ledger-accounts'],
    },
  },
};
