/**
 * Every route that writes, and every background job, changes exactly the rows that are its own and leaves exactly its
 * event. Two organizations have the same people, invitations and tokens; all that is not named stays byte for byte.
 */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { routeTable } from '../../src/http/route-table.js';
import { ChangeLogPruner } from '../../src/verification/change-log-pruner.js';
import { bearing } from '../support/actors.js';
import { startApp, type TestApp } from '../support/app.js';
import { dbAccount, dbForget, OWN_ACCOUNTS, type LedgerAccount } from '../support/ledger-accounts.js';
import { mirroredOrganizations, type World } from '../support/mirrored-organizations.js';
import { openedAccount, ROUTE_WRITES } from '../support/route-writes.js';
import { writtenBy } from '../support/row-changes.js';
import { until } from '../support/until.js';

let app: TestApp;
let world: World;

beforeAll(async () => {
  // Last uses are written behind requests, at their own time; token-upkeep.spec.ts holds them.
  app = await startApp({ env: { LAST_USED_INTERVAL_MS: '3600000' } });
});

beforeEach(async () => {
  world = await mirroredOrganizations(app);
});

describe('a route that writes', () => {
  it('stands in the table of this spec', () => {
    const ASKS_ONLY = ['POST /api/v1/auth/password/forgot'];
    const writing = routeTable(app.nest)
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => !ASKS_ONLY.includes(route));
    expect(Object.keys(ROUTE_WRITES).sort()).toEqual(writing.sort());
  });

  it.each(Object.entries(ROUTE_WRITES))('changes its own rows only, and leaves its event: %s', async (_, write) => {
    const { rows, events } = await writtenBy(app, world.names, () => write.act(world));
    expect({ rows, events }).toEqual({ rows: write.rows, events: [...write.events].sort() });
  });
});

describe('a background job', () => {
  it('writes the last use of the tokens that were used', async () => {
    const busy = await startApp({ beside: app });
    const { rows } = await writtenBy(app, world.names, async () => {
      await bearing(busy, world.organizational).get('/api/v1/token').expect(200);
      await busy.close();
    });
    expect(rows).toEqual({ 'tokens of A': 1 });
  });

  it('creates anew the account that its network has forgotten, and no other', async () => {
    await openedAccount(world.member, OWN_ACCOUNTS);
    await openedAccount(world.caller, OWN_ACCOUNTS);
    const [account] = (await world.caller.get(OWN_ACCOUNTS).expect(200)).body.items as LedgerAccount[];
    if (!account) throw new Error('no account');
    const { rows, events } = await writtenBy(app, world.names, async () => {
      await dbForget(app, account);
      await world.caller.get(`${OWN_ACCOUNTS}/${account.id}`).expect(200);
      await until(async () => (await dbAccount(app, account.id)).account_number !== account.accountNumber);
    });
    expect(rows).toEqual({ 'ledger accounts of caller': 1 });
    expect(events).toEqual(['ledger_account.recreated of caller']);
  });

  it('prunes the change log and nothing of anybody', async () => {
    const { rows, events } = await writtenBy(app, world.names, () => app.nest.get(ChangeLogPruner).prune());
    expect({ rows, events }).toEqual({ rows: {}, events: [] });
  });
});
