/** Closed load by an own client: for credentials that are used once, and where wrk is not installed. */
import { Connection } from './connection.js';
import { quantile, shareOf, type ClosedLoadRequest, type LoadResult } from './load-request.js';

/** Throws when any request failed, because such a run measures something else. */
export async function loadClosed(request: ClosedLoadRequest): Promise<LoadResult> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = request.isOnceEach ? Infinity : startedAt + request.seconds * 1_000;
  const lines = Array.from(
    { length: request.connections },
    (_, index) => new ClosedConnection(request, index, until, latencies),
  );
  try {
    await Promise.all(lines.map((connection) => connection.run()));
  } finally {
    for (const connection of lines) connection.end();
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
class ClosedConnection {
  private readonly connection: Connection;
  private sentAt = 0;
  private resolve: () => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  constructor(
    private readonly request: ClosedLoadRequest,
    index: number,
    private readonly until: number,
    private readonly latencies: number[],
  ) {
    this.connection = new Connection(new URL(request.url), shareOf(request, index), (status) => this.onAnswer(status));
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
      this.reject(new Error(`a request of ${this.request.url} failed: ${status ?? 'the connection broke'}`));
      return;
    }
    const now = performance.now();
    this.latencies.push(now - this.sentAt);
    if (now >= this.until || (this.request.isOnceEach && this.connection.hasPresentedAll)) this.resolve();
    else this.send();
  }
}
