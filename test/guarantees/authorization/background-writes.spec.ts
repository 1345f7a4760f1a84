/**
 * What is done without being asked for, and what is only read, changes exactly the rows that are its own and leaves
 * exactly its events. The lists come from the product: a task, timer, command or route that is new here fails.
 */
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { routeTable, type Route } from '../../../src/openapi/route-table.js';
import { QueueTasks } from '../../../src/platform/queue/queue-tasks.service.js';
import { startApp } from '../../support/app.js';
import type { World } from '../../support/mirrored-organizations.js';
import { expectWrites, mirroredWorlds, variantsOf } from '../../support/writes/held-writes.js';
import { OTHER_TIMERS, TASK_WRITES, TIMER_WRITES } from '../../support/writes/job-writes.js';
import { COMMAND_WRITES, OPERATOR_WRITES, OTHER_COMMANDS } from '../../support/writes/operator-writes.js';
import { READ_WRITES } from '../../support/writes/read-writes.js';
import { bearer } from '../../support/writes/write.js';

const world = mirroredWorlds();

/** Files under `src` whose text matches, by their path there. */
function sourcesWith(pattern: RegExp, under = ''): string[] {
  const root = new URL(`../../../src/${under}`, import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.filter((file) => pattern.test(readFileSync(new URL(file, root), 'utf8'))).sort();
}

describe('a task of the queue', () => {
  it('stands in the table of this spec', () => {
    expect(Object.keys(TASK_WRITES).sort()).toEqual([...world().app.nest.get(QueueTasks).all.keys()].sort());
  });

  it.each(variantsOf(TASK_WRITES))('changes its own rows only, and leaves its events: %s', async (_, write) => {
    await expectWrites(world(), write);
  });
});

describe('a timer', () => {
  it('stands in the tables of this spec', () => {
    const timers = sourcesWith(/timers\/promises|\bset(Interval|Timeout)\(|clearExpiredByTimeout/);
    expect([...Object.keys(TIMER_WRITES), ...Object.keys(OTHER_TIMERS)].sort()).toEqual(timers);
  });

  it.each(variantsOf(TIMER_WRITES))('changes its own rows only, and leaves its events: %s', async (_, write) => {
    await expectWrites(world(), write);
  });
});

describe('the queue’s worker', () => {
  it('frees the jobs of processes that were killed, and no other', async () => {
    const { app } = world();
    await app.db(
      `SELECT graphile_worker.add_job('mail', '{}', run_at => now() + interval '1 day') FROM generate_series(1, 2)`,
    );
    const [killed, working] = await app.db<{ id: string }>('SELECT id FROM graphile_worker._private_jobs ORDER BY id');
    const LOCK = `UPDATE graphile_worker._private_jobs SET locked_by = 'other', locked_at = now() - $2::interval WHERE id = $1`;
    await app.db(LOCK, [killed?.id, '3 min']);
    await app.db(LOCK, [working?.id, '1 min']);
    await (await startApp({ beside: app })).close();
    const held = await app.db<{ id: string }>(
      'SELECT id FROM graphile_worker._private_jobs WHERE locked_at IS NOT NULL',
    );
    await app.db('DELETE FROM graphile_worker._private_jobs');
    expect(held).toEqual([working]);
  });
});

describe('a command', () => {
  it('stands in the tables of this spec', () => {
    expect([...Object.keys(COMMAND_WRITES), ...Object.keys(OTHER_COMMANDS)].sort()).toEqual(
      sourcesWith(/./, 'commands/'),
    );
  });

  it.each(variantsOf(COMMAND_WRITES))('changes its own rows only, and leaves its events: %s', async (_, write) => {
    await expectWrites(world(), write);
  });
});

describe('an operator who', () => {
  it.each(Object.entries(OPERATOR_WRITES))('%s changes nothing else', async (_, write) => {
    await expectWrites(world(), write);
  });
});

describe('a route that reads', () => {
  it.each(variantsOf(READ_WRITES))('changes its own rows only, and leaves its events: %s', async (_, write) => {
    await expectWrites(world(), write);
  });

  it('writes nothing, wherever it does not stand in the table of this spec', async () => {
    const routes = routeTable(world().app.nest).filter(({ method }) => method === 'GET');
    expect(routes.map(nameOf)).toEqual(expect.arrayContaining(Object.keys(READ_WRITES)));
    // Metrics are hidden here, and kept in memory.
    const others = routes.filter((route) => !(nameOf(route) in READ_WRITES) && route.path !== '/metrics');
    await expectWrites(world(), {
      act: async (here) => {
        for (const { path } of others) expect(await statusOf(here, path)).toBeLessThan(300);
      },
    });
  });
});

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

/** As the caller, but for the route that wants a token. */
async function statusOf(here: World, path: string): Promise<number> {
  const { A, caller } = here;
  const its = path.includes('/users/me/') ? caller : A;
  const ids: Readonly<Record<string, string>> = { organization: A.id, account: A.slug, project: 'project' };
  const filled = path.replace(/:([A-Za-z]+)/g, (_, name: string) => ids[name] ?? its.token.token.id);
  const by = path === '/api/v1/token' ? bearer(here, A.token) : caller.person;
  return (await by.get(filled)).status;
}
