/** Closed load by an own client: for credentials that are used once, and where wrk is not installed. */
import { Connection } from './connection.js';
import { quantile, shareOf, type ClosedLoadRequest, type LoadResult } from './load-request.js';

/** Throws when any request failed, because such a run measures something else. */
export async function loadClosed(order: ClosedLoadRequest): Promise<LoadResult> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = order.isOnceEach ? Infinity : startedAt + order.seconds * 1_000;
  const lines = Array.from({ length: order.connections }, (_, index) => new Line(order, index, until, latencies));
  try {
    await Promise.all(lines.map((line) => line.run()));
  } finally {
    for (const line of lines) line.end();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

/** Connection that sends its next request when the last one is answered. */
class Line {
  private readonly connection: Connection;
  private sentAt = 0;
  private resolve: () => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  constructor(
    private readonly order: ClosedLoadRequest,
    index: number,
    private readonly until: number,
    private readonly latencies: number[],
  ) {
    this.connection = new Connection(new URL(order.url), shareOf(order, index), (status) => this.onAnswer(status));
  }

  /** Resolves when the time is up, or every credential was used. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.send();
    });
  }

  end(): void {
    this.connection.end();
  }

  private send(): void {
    this.sentAt = performance.now();
    this.connection.send();
  }

  private onAnswer(status: string | null): void {
    if (status !== '200') {
      this.reject(new Error(`a request of ${this.order.url} failed: ${status ?? 'the connection broke'}`));
      return;
    }
    const now = performance.now();
    this.latencies.push(now - this.sentAt);
    if (now >= this.until || (this.order.isOnceEach && this.connection.hasPresentedAll)) this.resolve();
    else this.send();
  }
}
