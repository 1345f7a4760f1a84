/**
 * An open load: requests fall due at even distances, and latency counts from when one was due, so that a server which
 * stalls is charged for all that had to wait (no coordinated omission). autocannon sends a second's worth at once, which
 * would measure the burst.
 */
import { connect, type Socket } from 'node:net';
import { CONNECTIONS, shareOf, type PacedOrder, type PacedResult } from './order.js';

const TICK_MS = 1;
const PATIENCE_MS = 5_000;

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
    private readonly onAnswer: (line: Line, latencyMs: number, status: string) => void,
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
    this.onAnswer(this, performance.now() - this.dueAt, status);
  }
}

/** Throws when a request failed or was never answered. */
export async function pace(order: PacedOrder): Promise<PacedResult> {
  const url = new URL(order.url);
  const idle: Line[] = [];
  const overdue: number[] = [];
  const latencies: number[] = [];
  let failed = 0;
  const onAnswer = (line: Line, latencyMs: number, status: string): void => {
    latencies.push(latencyMs);
    if (status !== '200') failed += 1;
    const next = overdue.shift();
    if (next === undefined) idle.push(line);
    else line.send(next);
  };
  for (let index = 0; index < CONNECTIONS; index += 1) {
    const socket = connect(Number(url.port), url.hostname).on('error', () => (failed += 1));
    idle.push(new Line(socket, url, shareOf(order.credentials, index), onAnswer));
  }

  const total = Math.floor(order.rate * order.seconds);
  const isComplete = await sendEvenly(total, order.rate, { idle, overdue, latencies });
  // In a process of its own: the sockets end with it.
  if (failed > 0 || !isComplete) throw new Error(`${failed} of ${latencies.length}/${total} requests failed`);
  latencies.sort((a, b) => a - b);
  return { p50Ms: latencies[Math.floor(total * 0.5)] ?? NaN, p99Ms: latencies[Math.floor(total * 0.99)] ?? NaN };
}

/** Whether all were answered. */
function sendEvenly(
  total: number,
  rate: number,
  { idle, overdue, latencies }: { idle: Line[]; overdue: number[]; latencies: number[] },
): Promise<boolean> {
  const startedAt = performance.now();
  const lastDueAt = startedAt + (total / rate) * 1_000;
  let made = 0;
  return new Promise((resolve) => {
    const tick = setInterval(() => {
      const now = performance.now();
      const due = Math.min(total, Math.floor(((now - startedAt) * rate) / 1_000));
      for (; made < due; made += 1) {
        const dueAt = startedAt + ((made + 1) * 1_000) / rate;
        const line = idle.pop();
        if (line) line.send(dueAt);
        else overdue.push(dueAt);
      }
      const isComplete = latencies.length === total;
      if (!isComplete && now < lastDueAt + PATIENCE_MS) return;
      clearInterval(tick);
      resolve(isComplete);
    }, TICK_MS);
  });
}
