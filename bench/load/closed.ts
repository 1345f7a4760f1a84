/** A closed load by a client of our own: for credentials that are presented once, and where wrk is not installed. */
import { Connection } from './connection.js';
import { quantile, shareOf, type ClosedOrder, type LoadResult } from './order.js';

/** Throws when any request failed: such a run measures something else. */
export async function loadClosed(order: ClosedOrder): Promise<LoadResult> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = order.isOnceEach ? Infinity : startedAt + order.seconds * 1_000;
  const lines = Array.from({ length: order.connections }, (_, index) => loadLine(order, index, until, latencies));
  await Promise.all(lines);
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

function loadLine(order: ClosedOrder, index: number, until: number, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      connection.send();
    };
    const connection = new Connection(new URL(order.url), shareOf(order, index), (status) => {
      if (status !== '200') {
        reject(new Error(`a request of ${order.url} failed: ${status ?? 'the connection broke'}`));
        return;
      }
      const now = performance.now();
      latencies.push(now - sentAt);
      if (now >= until || (order.isOnceEach && connection.hasPresentedAll)) resolve();
      else send();
    });
    send();
  });
}
