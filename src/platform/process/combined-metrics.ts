/**
 * The metrics of all workers, combined for the worker that was scraped. Counters never decrease: the counts of an ended
 * worker are kept, and a worker that does not respond in time counts with its last report.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AggregatorRegistry, Gauge } from 'prom-client';
import type { MetricsList } from './worker-messages.js';

const ANSWER_TIMEOUT_MS = 1_000;

/** Requests the metrics of one worker; the response arrives by `answered`. */
export type MetricsRequest = (round: number) => void;

export class CombinedMetrics {
  readonly #latest = new Map<number, MetricsList>();
  readonly #waiting = new Map<string, () => void>();
  /** Counters and histograms of workers that have ended. */
  #retired: MetricsList = [];
  #rounds = 0;

  /** Resolves within about a second with Prometheus' text format, whatever the workers do. */
  async report(workers: ReadonlyMap<number, MetricsRequest>): Promise<string> {
    const round = (this.#rounds += 1);
    const timer = new AbortController();
    let answering = 0;
    const answers = [...workers].map(async ([id, ask]) => {
      await this.#answer(id, round, ask);
      answering += 1;
    });
    const timeout = sleep(ANSWER_TIMEOUT_MS, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([Promise.all(answers), timeout]);
    timer.abort();
    for (const id of workers.keys()) this.#waiting.delete(keyOf(id, round));
    const registry = AggregatorRegistry.aggregate([this.#retired, ...this.#latest.values()]);
    registry.registerMetric(workersGauge(answering, workers.size - answering));
    return registry.metrics();
  }

  answered(id: number, round: number, list: MetricsList): void {
    this.#latest.set(id, list);
    this.#waiting.get(keyOf(id, round))?.();
  }

  /** Keeps the worker's counters and histograms; its gauges end with it. */
  ended(id: number): void {
    const lasting = (this.#latest.get(id) ?? []).filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
    this.#latest.delete(id);
    this.#retired = AggregatorRegistry.aggregate([
      this.#retired,
      lasting,
    ]).getMetricsAsArray() as unknown as MetricsList;
  }

  #answer(id: number, round: number, ask: MetricsRequest): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(keyOf(id, round), resolve);
      ask(round);
    });
  }
}

function workersGauge(answering: number, silent: number): Gauge {
  const gauge = new Gauge({
    name: 'latchkey_workers',
    help: 'Workers, by whether they answered in time for this report; a silent one counts as it last answered.',
    labelNames: ['state'],
    registers: [],
  });
  gauge.set({ state: 'answering' }, answering);
  gauge.set({ state: 'silent' }, silent);
  return gauge;
}

function keyOf(id: number, round: number): string {
  return `${String(id)}/${String(round)}`;
}
