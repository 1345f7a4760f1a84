/**
 * Every route changes exactly the rows that are its own and leaves exactly its events, in the transaction of the change.
 * Two organizations have the same people, invitations and tokens; all that is not named stays byte for byte.
 */
import { describe, expect, it } from '@jest/globals';
import { routeTable } from '../../../src/openapi/route-table.js';
import { dbTables, HELD_TABLES, OTHER_TABLES } from '../../support/row-changes.js';
import { expectWrites, mirroredWorlds, variantsOf } from '../../support/writes/held-writes.js';
import { ROUTE_WRITES } from '../../support/writes/route-writes.js';

const world = mirroredWorlds();

describe('a route that writes', () => {
  it('stands in the table of this spec', () => {
    const writing = routeTable(world().app.nest)
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(ROUTE_WRITES).sort()).toEqual(writing.sort());
  });

  it('is watched in all tables', async () => {
    expect(await dbTables(world().app)).toEqual([...Object.keys(HELD_TABLES), ...Object.keys(OTHER_TABLES)].sort());
  });

  it.each(variantsOf(ROUTE_WRITES))('changes its own rows only, and leaves its events: %s', async (_, write) => {
    await expectWrites(world(), write);
  });
});
