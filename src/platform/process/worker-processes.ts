/**
 * The worker processes on one machine, by Node's cluster. The leader owns the embedded database and the schema and
 * serves no requests; the workers share the port. Workers are independent: each verifies credentials with a fence of
 * its own.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CombinedMetrics, type MetricsRequest } from './combined-metrics.js';
import { DescribedFault } from './start-failure.js';
import type { FromLeader, FromWorker, WorkerConfig } from './worker-messages.js';

/** The pause before an ended worker is replaced. It doubles each time that the replacement soon ends too. */
const MIN_RESTART_PAUSE_MS = 1_000;
const MAX_RESTART_PAUSE_MS = 30_000;
/** After serving for this time, a worker's end says nothing about the next one. */
const STEADY_UPTIME_MS = 60_000;

/** A slot, filled by one process after another. */
interface Slot {
  /** Consecutive ends, each soon after its start. */
  failures: number;
}

interface Member {
  readonly worker: Worker;
  readonly slot: Slot;
  readyAt: number | null;
  /** The worker's own message why it could not start. */
  failure: string | null;
}

export class Workers {
  readonly #stopping = new AbortController();
  readonly #metrics = new CombinedMetrics();
  readonly #members = new Map<number, Member>();
  /** Set while the first workers start; afterwards a failing worker is replaced. */
  #starting: { ready: () => void; failed: (error: Error) => void } | null = null;

  constructor(
    private readonly config: WorkerConfig,
    private readonly say: (line: string) => void,
  ) {}

  /**
   * Resolves when all workers serve. Rejects with the first failure's reason: the others would fail by the same port,
   * key or check, and a restart would not help.
   */
  async start(count: number): Promise<void> {
    // Metrics contain NaN, which JSON cannot represent.
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

  /** Resolves when all workers have ended, each within its own time limit. */
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

  #fork(slot: Slot): void {
    const worker = cluster.fork();
    const member: Member = { worker, slot, readyAt: null, failure: null };
    this.#members.set(worker.id, member);
    // A worker that dies during a message also emits `exit`.
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
    if (message.kind === 'asks-config') tell(worker, { kind: 'config', config: this.config });
    if (message.kind === 'failed') member.failure = message.message;
    if (message.kind === 'metrics') this.#metrics.answered(worker.id, message.round, message.list);
    if (message.kind === 'asks-report') void this.#report(worker, message.question);
    if (message.kind === 'ready') {
      member.readyAt = Date.now();
      this.#starting?.ready();
    }
  }

  async #report(asking: Worker, question: number): Promise<void> {
    const serving = [...this.#members.values()].filter(({ readyAt }) => readyAt !== null);
    const requests = serving.map(({ worker }): [number, MetricsRequest] => [
      worker.id,
      (round) => tell(worker, { kind: 'asks-metrics', round }),
    ]);
    tell(asking, { kind: 'report', question, text: await this.#metrics.report(new Map(requests)) });
  }

  async #replace({ slot, readyAt, failure, worker }: Member, cause: string | number): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    if (this.#starting !== null) {
      const unexplained = `Latchkey: a worker ended before it was ready (${String(cause)}).`;
      this.#starting.failed(new DescribedFault(failure ?? unexplained));
      return;
    }
    const wasSteady = readyAt !== null && Date.now() - readyAt >= STEADY_UPTIME_MS;
    slot.failures = wasSteady ? 1 : slot.failures + 1;
    const pauseMs = Math.min(MIN_RESTART_PAUSE_MS * 2 ** (slot.failures - 1), MAX_RESTART_PAUSE_MS);
    if (failure !== null) this.say(failure);
    const ended = `Worker ${String(worker.id)} ended (${String(cause)})`;
    this.say(`${ended}; another one is started in ${String(pauseMs / 1_000)} s.`);
    // A shutdown aborts the pause, and then no worker is started.
    await sleep(pauseMs, undefined, { signal }).then(
      () => this.#fork(slot),
      () => undefined,
    );
  }
}

function tell(worker: Worker, message: FromLeader): void {
  if (worker.isConnected()) worker.process.send(message, () => undefined);
}
