/**
 * Open load: requests are due at even intervals, and latency counts from the due time. So a server that stalls is
 * charged for all requests that had to wait (no coordinated omission).
 */
import { Connection } from './connection.js';
import { quantile, shareOf, type LoadResult, type OpenLoadRequest } from './load-request.js';

const TICK_MS = 1;
const MAX_OVERTIME_MS = 5_000;
/**
 * Warm-up without counting: the simultaneous first requests of all connections, and cold code, would be charged to the
 * server.
 */
const MAX_WARMUP_SECONDS = 1;

interface Line {
  readonly connection: Connection;
  dueAt: number;
}

/** Requests of one load, from due time to response. */
class Schedule {
  /** Milliseconds, of requests due after the warm-up. */
  readonly latencies: number[] = [];
  private readonly lines: Line[] = [];
  private readonly idle: Line[] = [];
  private readonly overdue: number[] = [];
  private readonly startedAt = performance.now();
  private readonly total: number;
  /** Seconds that are not counted. */
  private readonly warmupSeconds: number;
  private made = 0;
  private answered = 0;
  private failed = 0;

  constructor(private readonly request: OpenLoadRequest) {
    this.warmupSeconds = Math.min(MAX_WARMUP_SECONDS, request.seconds);
    this.total = Math.floor(request.rate * (this.warmupSeconds + request.seconds));
    for (let index = 0; index < request.connections; index += 1) this.add(index);
  }

  /** Resolves when every request is answered. Throws when one failed or was never answered. */
  async run(): Promise<void> {
    const deadline = this.dueAt(this.total) + MAX_OVERTIME_MS;
    await new Promise<void>((resolve) => {
      const tick = setInterval(() => {
        const now = performance.now();
        this.sendDue(now);
        if (this.answered < this.total && now < deadline) return;
        clearInterval(tick);
        resolve();
      }, TICK_MS);
    });
    if (this.failed === 0 && this.answered === this.total) return;
    throw new Error(`${this.failed} of ${this.answered}/${this.total} requests failed`);
  }

  end(): void {
    for (const { connection } of this.lines) connection.end();
  }

  private add(index: number): void {
    const line: Line = {
      dueAt: 0,
      connection: new Connection(new URL(this.request.url), shareOf(this.request, index), (status) =>
        this.onAnswer(line, status),
      ),
    };
    this.lines.push(line);
    this.idle.push(line);
  }

  private sendDue(now: number): void {
    const due = Math.min(this.total, Math.floor(((now - this.startedAt) * this.request.rate) / 1_000));
    for (; this.made < due; this.made += 1) {
      const dueAt = this.dueAt(this.made + 1);
      const line = this.idle.pop();
      if (line) send(line, dueAt);
      else this.overdue.push(dueAt);
    }
  }

  private onAnswer(line: Line, status: string | null): void {
    this.answered += 1;
    if (status !== '200') this.failed += 1;
    if (line.dueAt - this.startedAt >= this.warmupSeconds * 1_000) this.latencies.push(performance.now() - line.dueAt);
    const next = this.overdue.shift();
    if (next === undefined) this.idle.push(line);
    else send(line, next);
  }

  private dueAt(number: number): number {
    return this.startedAt + (number * 1_000) / this.request.rate;
  }
}

function send(line: Line, dueAt: number): void {
  line.dueAt = dueAt;
  line.connection.send();
}

/** Throws when a request failed or was never answered. */
export async function loadOpen(request: OpenLoadRequest): Promise<LoadResult> {
  const schedule = new Schedule(request);
  try {
    await schedule.run();
  } finally {
    schedule.end();
  }
  const { latencies } = schedule;
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / request.seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}
