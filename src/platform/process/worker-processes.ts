/**
 * Several processes on one machine, by Node's cluster. The leader owns the embedded database and the schema and serves
 * nothing; the workers share the port. They need nothing of each other: each confirms credentials by a fence of its own.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribedFault } from './start-failure.js';
import type { FromLeader, FromWorker, Orders } from './worker-messages.js';
import { TeamMetrics, type Ask } from './combined-metrics.js';

/** Before a worker that has ended is replaced; doubled each time that the replacement soon ends, too. */
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A worker that served for so long had no trouble of its own, and its end says nothing about the next one. */
const STEADY_AFTER_MS = 60_000;

/** One process after another in the same place. */
interface Place {
  /** Ends in a row, each soon after its start. */
  failures: number;
}

interface Member {
  readonly worker: Worker;
  readonly place: Place;
  readyAt: number | null;
  /** Why it could not start, in its own words. */
  complaint: string | null;
}

export class Workers {
  readonly #stopping = new AbortController();
  readonly #metrics = new TeamMetrics();
  readonly #members = new Map<number, Member>();
  /** While the first workers start; afterwards a failing one is replaced. */
  #starting: { ready: () => void; failed: (error: Error) => void } | null = null;

  constructor(
    private readonly orders: Orders,
    private readonly say: (line: string) => void,
  ) {}

  /**
   * Resolves when all serve. Rejects with the first one's reason when one cannot start: the others would fail by the same
   * port, key or check, and a restart would not mend it.
   */
  async start(count: number): Promise<void> {
    // Metrics hold NaN, which JSON does not know.
    cluster.setupPrimary({ serialization: 'advanced' });
    await new Promise<void>((resolve, reject) => {
      const ready = (): void => {
        if ([...this.#members.values()].filter(({ readyAt }) => readyAt !== null).length === count) resolve();
      };
      this.#starting = { ready, failed: reject };
      for (let index = 0; index < count; index += 1) this.#fork({ failures: 0 });
    });
    this.#starting = null;
  }

  /** Resolves when all have finished what they were doing, each within its own bound. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(
      [...this.#members.values()].map(async ({ worker }) => {
        if (worker.isDead()) return;
        const ended = once(worker, 'exit');
        worker.process.kill('SIGTERM');
        await ended;
      }),
    );
  }

  #fork(place: Place): void {
    const worker = cluster.fork();
    const member: Member = { worker, place, readyAt: null, complaint: null };
    this.#members.set(worker.id, member);
    // A worker that dies while it is spoken to ends by `exit`, too.
    worker.on('error', () => undefined);
    worker.on('message', (message: FromWorker) => this.#hear(member, message));
    worker.on('exit', (code, signal: string | null) => {
      this.#members.delete(worker.id);
      worker.removeAllListeners('message');
      this.#metrics.ended(worker.id);
      void this.#replace(member, signal ?? code);
    });
  }

  #hear(member: Member, message: FromWorker): void {
    const { worker } = member;
    if (message.kind === 'asks-orders') tell(worker, { kind: 'orders', orders: this.orders });
    if (message.kind === 'failed') member.complaint = message.message;
    if (message.kind === 'metrics') this.#metrics.answered(worker.id, message.round, message.list);
    if (message.kind === 'asks-report') void this.#report(worker, message.question);
    if (message.kind === 'ready') {
      member.readyAt = Date.now();
      this.#starting?.ready();
    }
  }

  async #report(asking: Worker, question: number): Promise<void> {
    const serving = [...this.#members.values()].filter(({ readyAt }) => readyAt !== null);
    const asks = serving.map(({ worker }): [number, Ask] => [
      worker.id,
      (round) => tell(worker, { kind: 'asks-metrics', round }),
    ]);
    tell(asking, { kind: 'report', question, text: await this.#metrics.report(new Map(asks)) });
  }

  async #replace({ place, readyAt, complaint, worker }: Member, cause: string | number): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    if (this.#starting !== null) {
      const unsaid = `Latchkey: a worker ended before it was ready (${String(cause)}).`;
      this.#starting.failed(new DescribedFault(complaint ?? unsaid));
      return;
    }
    const wasSteady = readyAt !== null && Date.now() - readyAt >= STEADY_AFTER_MS;
    place.failures = wasSteady ? 1 : place.failures + 1;
    const pauseMs = Math.min(SHORTEST_PAUSE_MS * 2 ** (place.failures - 1), LONGEST_PAUSE_MS);
    if (complaint !== null) this.say(complaint);
    const ended = `Worker ${String(worker.id)} ended (${String(cause)})`;
    this.say(`${ended}; another one is started in ${String(pauseMs / 1_000)} s.`);
    // A shutdown that begins during the pause ends it, and nothing is started any more.
    await sleep(pauseMs, undefined, { signal }).then(
      () => this.#fork(place),
      () => undefined,
    );
  }
}

function tell(worker: Worker, message: FromLeader): void {
  if (worker.isConnected()) worker.process.send(message, () => undefined);
}
