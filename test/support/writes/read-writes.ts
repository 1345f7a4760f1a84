/** Reading routes that write: the record of shown keys, and the reconciled state of a network. */
import type { World } from '../mirrored-organizations.js';
import { until } from '../until.js';
import type { Writes } from './write.js';

const ofA =
  (sql: string) =>
  ({ app, A }: World): Promise<unknown> =>
    app.db(
      `${sql} WHERE network = 'testnet' AND account_number = (
      SELECT account_number::bigint FROM ledger_accounts WHERE id = $1)`,
      [A.account.id],
    );

/** A read does not wait for a slow network, as on a busy machine. */
async function readUntil({ app, viewer, A }: World, condition: string): Promise<unknown> {
  const response = await viewer.person.get(`${A.path}/ledger-accounts/${A.account.id}`);
  const sql = `SELECT 1 FROM ledger_accounts WHERE id = $1 AND ${condition}`;
  await until(async () => (await app.db(sql, [A.account.id])).length > 0);
  return response;
}

export const READ_WRITES: Writes = {
  'GET /api/account': {
    'of a person': {
      act: ({ caller }) => caller.person.get('/api/account'),
      status: 200,
      rows: ['+ reveal of caller', '+ reveal of caller'],
      events: [
        'ledger_account.revealed of caller by caller on ledger_account previewnet',
        'ledger_account.revealed of caller by caller on ledger_account testnet',
      ],
    },
  },
  'GET /api/account/:publicKey': {
    'of a person': {
      act: ({ caller }) => caller.person.get(`/api/account/${caller.account.publicKey}`),
      status: 200,
      rows: ['+ reveal of caller'],
      events: ['ledger_account.revealed of caller by caller on ledger_account testnet'],
    },
  },
  'GET /api/v1/users/me/ledger-accounts': {
    'of a person': {
      act: ({ caller }) => caller.person.get('/api/v1/users/me/ledger-accounts'),
      status: 200,
      rows: ['+ reveal of caller', '+ reveal of caller'],
      events: [
        'ledger_account.revealed of caller by caller on ledger_account previewnet',
        'ledger_account.revealed of caller by caller on ledger_account testnet',
      ],
    },
  },
  'GET /api/v1/users/me/ledger-accounts/:accountId': {
    'of a person': {
      act: ({ caller }) => caller.person.get(`/api/v1/users/me/ledger-accounts/${caller.account.id}`),
      status: 200,
      rows: ['+ reveal of caller'],
      events: ['ledger_account.revealed of caller by caller on ledger_account testnet'],
    },
  },
  'GET /api/v1/organizations/:organization/ledger-accounts': {
    'of an organization': {
      act: ({ caller, A }) => caller.person.get(`${A.path}/ledger-accounts`),
      status: 200,
      rows: ['+ reveal of A', '+ reveal of A'],
      events: [
        'ledger_account.revealed of A by caller on ledger_account previewnet',
        'ledger_account.revealed of A by caller on ledger_account testnet',
      ],
    },
    'by somebody who sees no keys': {
      act: ({ viewer, A }) => viewer.person.get(`${A.path}/ledger-accounts`),
      status: 200,
    },
  },
  'GET /api/v1/organizations/:organization/ledger-accounts/:accountId': {
    'for the first time': {
      act: ({ caller, A }) => caller.person.get(`${A.path}/ledger-accounts/${A.account.id}`),
      status: 200,
      rows: ['+ reveal of A'],
      events: ['ledger_account.revealed of A by caller on ledger_account testnet'],
    },
    'for the second time': {
      given: ({ caller, A }) => caller.person.get(`${A.path}/ledger-accounts/${A.account.id}`).expect(200),
      act: ({ caller, A }) => caller.person.get(`${A.path}/ledger-accounts/${A.account.id}`),
      status: 200,
    },
    'below its limit': {
      given: async (world) => {
        await world.app.db('DELETE FROM ledger_transactions WHERE account_id = $1', [world.A.account.id]);
        await ofA('UPDATE simulated_ledger_accounts SET balance = 10')(world);
        // The account of the same number on the other network is below its limit too, and nobody has read it.
        await world.app.db(`UPDATE ledger_accounts SET balance = 20 WHERE network = 'previewnet'`);
      },
      act: (world) => readUntil(world, 'last_disbursement_at IS NOT NULL'),
      status: 200,
      rows: [
        '+ simulated transaction',
        '~ account testnet of A: last_disbursement_at',
        '~ simulated account testnet of A: balance',
      ],
    },
    'forgotten by its network': {
      given: ofA('DELETE FROM simulated_ledger_accounts'),
      act: (world) => readUntil(world, 'last_disbursement_at IS NOT NULL'),
      status: 200,
      rows: [
        '+ account number of A',
        '+ simulated account',
        '+ simulated transaction',
        '- transaction of A',
        '~ account number of A: gone_since',
        '~ account testnet of A: account_number, last_disbursement_at',
      ],
      events: ['ledger_account.recreated of A by system on ledger_account testnet, unasked'],
      apart: ['+ simulated account', '+ simulated transaction'],
    },
  },
};
