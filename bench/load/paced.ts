/**
 * An open load: requests fall due at even distances, and latency counts from when one was due, so that a server which
 * stalls is charged for all that had to wait (no coordinated omission). autocannon sends a second's worth at once, which
 * would measure the burst.
 */
import { connect, type Socket } from 'node:net';
import { CONNECTIONS, shareOf, type PacedOrder, type PacedResult } from './order.js';

const TICK_MS = 1;
const PATIENCE_MS = 5_000;
/** The code of a process that has just started is slow at first, which would be charged to the server. Not counted. */
const WARMUP_SECONDS = 1;

/** One keep-alive connection with at most one request on its way. */
class Line {
  private dueAt = 0;
  private sent = 0;
  private received = '';
  private readonly requests: readonly string[];

  constructor(
    readonly socket: Socket,
    { hostname, port, pathname }: URL,
    credentials: readonly string[],
    private readonly onAnswer: (line: Line, dueAt: number, status: string) => void,
  ) {
    const start = `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: keep-alive\r\n`;
    this.requests = credentials.map((credential) => `${start}Authorization: Bearer ${credential}\r\n\r\n`);
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: Buffer | string) => this.receive(chunk.toString()));
  }

  send(dueAt: number): void {
    this.dueAt = dueAt;
    this.socket.write(this.requests[this.sent % this.requests.length] ?? '');
    this.sent += 1;
  }

  private receive(chunk: string): void {
    this.received += chunk;
    const head = this.received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.received)?.[1]);
    if (this.received.length < head + 4 + length) return;
    const status = this.received.slice(9, 12);
    this.received = '';
    this.onAnswer(this, this.dueAt, status);
  }
}

/** The requests of one load, from being due to being answered. */
class Schedule {
  /** Milliseconds, of the requests that fell due in each counted second. */
  readonly seconds: number[][] = [];
  private readonly idle: Line[] = [];
  private readonly overdue: number[] = [];
  private readonly startedAt = performance.now();
  private readonly total: number;
  private made = 0;
  private answered = 0;
  private failed = 0;

  constructor(
    private readonly rate: number,
    seconds: number,
  ) {
    this.total = Math.floor(rate * (WARMUP_SECONDS + seconds));
  }

  add(url: URL, credentials: readonly string[]): void {
    const socket = connect(Number(url.port), url.hostname).on('error', () => (this.failed += 1));
    this.idle.push(new Line(socket, url, credentials, (line, dueAt, status) => this.onAnswer(line, dueAt, status)));
  }

  /** Resolves when all is answered. Throws when a request failed or was never answered. */
  async run(): Promise<void> {
    const patientUntil = this.dueAt(this.total) + PATIENCE_MS;
    await new Promise<void>((resolve) => {
      const tick = setInterval(() => {
        const now = performance.now();
        this.sendDue(now);
        if (this.answered < this.total && now < patientUntil) return;
        clearInterval(tick);
        resolve();
      }, TICK_MS);
    });
    if (this.failed === 0 && this.answered === this.total) return;
    throw new Error(`${this.failed} of ${this.answered}/${this.total} requests failed`);
  }

  private sendDue(now: number): void {
    const due = Math.min(this.total, Math.floor(((now - this.startedAt) * this.rate) / 1_000));
    for (; this.made < due; this.made += 1) {
      const dueAt = this.dueAt(this.made + 1);
      const line = this.idle.pop();
      if (line) line.send(dueAt);
      else this.overdue.push(dueAt);
    }
  }

  private onAnswer(line: Line, dueAt: number, status: string): void {
    this.answered += 1;
    if (status !== '200') this.failed += 1;
    const second = Math.floor((dueAt - this.startedAt) / 1_000) - WARMUP_SECONDS;
    if (second >= 0) (this.seconds[second] ??= []).push(performance.now() - dueAt);
    const next = this.overdue.shift();
    if (next === undefined) this.idle.push(line);
    else line.send(next);
  }

  private dueAt(number: number): number {
    return this.startedAt + (number * 1_000) / this.rate;
  }
}

/** Throws when a request failed or was never answered. The sockets end with the process, which is this load's own. */
export async function pace(order: PacedOrder): Promise<PacedResult> {
  const schedule = new Schedule(order.rate, order.seconds);
  for (let index = 0; index < CONNECTIONS; index += 1) {
    schedule.add(new URL(order.url), shareOf(order.credentials, index));
  }
  await schedule.run();
  const p99sMs = schedule.seconds.slice(0, order.seconds).map((latencies) => quantile(latencies, 0.99));
  const all = schedule.seconds.flat();
  return { p50Ms: quantile(all, 0.5), p99Ms: quantile(all, 0.99), p99sMs };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
}
