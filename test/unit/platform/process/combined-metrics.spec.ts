import { describe, expect, it } from '@jest/globals';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { CombinedMetrics, type MetricsRequest } from '../../../../src/platform/process/combined-metrics.js';
import type { MetricsList } from '../../../../src/platform/process/worker-messages.js';

/** What a worker lists that has answered so many requests. */
function listOf(requests: number): Promise<MetricsList> {
  const registry = new Registry();
  const to = { help: 'x', registers: [registry] };
  new Counter({ ...to, name: 'requests', labelNames: ['route'] }).inc({ route: '/' }, requests);
  new Gauge({ ...to, name: 'bytes' }).set(100);
  new Histogram({ ...to, name: 'seconds', buckets: [1] }).observe(requests);
  return registry.getMetricsAsJSON();
}

function answering(combined: CombinedMetrics, id: number, list: MetricsList): [number, MetricsRequest] {
  return [id, (round) => combined.answered(id, round, list)];
}

const silent: MetricsRequest = () => undefined;

describe('the metrics of all workers', () => {
  it('are sums', async () => {
    const combined = new CombinedMetrics();
    const text = await combined.report(
      new Map([answering(combined, 1, await listOf(3)), answering(combined, 2, await listOf(4))]),
    );
    expect(text).toContain('requests{route="/"} 7\n');
    expect(text).toContain('bytes 200\n');
    expect(text).toContain('seconds_sum 7\n');
    expect(text).toContain('latchkey_workers{state="answering"} 2\n');
  });

  it('keep what workers counted that have ended, and not their gauges', async () => {
    const combined = new CombinedMetrics();
    const lists = [await listOf(3), await listOf(4), await listOf(5)];
    await combined.report(new Map(lists.map((list, id) => answering(combined, id, list))));
    combined.ended(0);
    combined.ended(1);
    combined.ended(99);
    const text = await combined.report(new Map([answering(combined, 2, lists[2] ?? [])]));
    expect(text).toContain('requests{route="/"} 12\n');
    expect(text).toContain('seconds_count 3\n');
    expect(text).toContain('bytes 100\n');
  });

  it('count a silent worker as it last answered, and say so', async () => {
    const combined = new CombinedMetrics();
    const first = answering(combined, 1, await listOf(3));
    await combined.report(new Map([first, answering(combined, 2, await listOf(4))]));
    const text = await combined.report(new Map([first, [2, silent]]));
    expect(text).toContain('requests{route="/"} 7\n');
    expect(text).toContain('latchkey_workers{state="silent"} 1\n');
  });
});
