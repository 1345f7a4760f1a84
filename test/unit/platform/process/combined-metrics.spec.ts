import { describe, expect, it } from '@jest/globals';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricsList } from '../../../../src/platform/process/worker-messages.js';
import { TeamMetrics, type Ask } from '../../../../src/platform/process/combined-metrics.js';

/** What a worker lists that has answered so many requests. */
function listOf(requests: number): Promise<MetricsList> {
  const registry = new Registry();
  const to = { help: 'x', registers: [registry] };
  new Counter({ ...to, name: 'requests', labelNames: ['route'] }).inc({ route: '/' }, requests);
  new Gauge({ ...to, name: 'bytes' }).set(100);
  new Histogram({ ...to, name: 'seconds', buckets: [1] }).observe(requests);
  return registry.getMetricsAsJSON();
}

function answering(team: TeamMetrics, id: number, list: MetricsList): [number, Ask] {
  return [id, (round) => team.answered(id, round, list)];
}

const silent: Ask = () => undefined;

describe('the metrics of all workers', () => {
  it('are sums', async () => {
    const team = new TeamMetrics();
    const text = await team.report(new Map([answering(team, 1, await listOf(3)), answering(team, 2, await listOf(4))]));
    expect(text).toContain('requests{route="/"} 7\n');
    expect(text).toContain('bytes 200\n');
    expect(text).toContain('seconds_sum 7\n');
    expect(text).toContain('latchkey_workers{state="answering"} 2\n');
  });

  it('keep what workers counted that have ended, and not their gauges', async () => {
    const team = new TeamMetrics();
    const lists = [await listOf(3), await listOf(4), await listOf(5)];
    await team.report(new Map(lists.map((list, id) => answering(team, id, list))));
    team.ended(0);
    team.ended(1);
    team.ended(99);
    const text = await team.report(new Map([answering(team, 2, lists[2] ?? [])]));
    expect(text).toContain('requests{route="/"} 12\n');
    expect(text).toContain('seconds_count 3\n');
    expect(text).toContain('bytes 100\n');
  });

  it('count a silent worker as it last answered, and say so', async () => {
    const team = new TeamMetrics();
    const first = answering(team, 1, await listOf(3));
    await team.report(new Map([first, answering(team, 2, await listOf(4))]));
    const text = await team.report(new Map([first, [2, silent]]));
    expect(text).toContain('requests{route="/"} 7\n');
    expect(text).toContain('latchkey_workers{state="silent"} 1\n');
  });
});
